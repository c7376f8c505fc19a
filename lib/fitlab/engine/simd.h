// Two numbers to a SIMD register. The other files build on this one.
#pragma once

typedef double vec __attribute__((vector_size(16), aligned(8)));
typedef long long bits __attribute__((vector_size(16)));
typedef unsigned u32;
typedef unsigned long long u64;
typedef u32 u32x4 __attribute__((vector_size(16)));

#define EXPORT(name) __attribute__((export_name(#name))) name
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE vec load(const double *p) { return *(const vec *)p; }
INLINE void store(double *p, vec v) { *(vec *)p = v; }
INLINE vec both(double x) { return (vec){x, x}; }
INLINE vec pick(bits condition, vec a, vec b) {
  return (vec)((condition & (bits)a) | (~condition & (bits)b));
}
