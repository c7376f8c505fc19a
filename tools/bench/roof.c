// What float64 in registers of 128 bits can do here: multiplications and additions of numbers that
// are in registers already, in as many independent sums as given. Nothing is loaded or stored.
//
// How many sums a processor needs to be busy all the time, and how many fit into the registers that
// a browser gives out, differs from machine to machine: the best of SUMS is the roof.

typedef double vec __attribute__((vector_size(16)));

#define EXPORT(name) __attribute__((export_name(#name))) name
#define UNROLL _Pragma("clang loop unroll(full)")

// Each sum takes `rounds` times 2 multiplications and 2 additions; they tend to 1, so that no
// number ever becomes so small or large that it would be slow.
#define ROOF(N)                                                     \
  double EXPORT(roof##N)(int rounds, double factor, double term) {  \
    vec a = {factor, factor}, b = {term, term}, sum[N];             \
    UNROLL for (int i = 0; i < N; i++) sum[i] = (vec){i, i};        \
    for (int round = 0; round < rounds; round++)                    \
      UNROLL for (int i = 0; i < N; i++) sum[i] = sum[i] * a + b;   \
    UNROLL for (int i = 1; i < N; i++) sum[0] += sum[i];            \
    return sum[0][0] + sum[0][1];                                   \
  }

ROOF(4)
ROOF(6)
ROOF(8)
ROOF(10)
ROOF(12)
ROOF(13)
ROOF(14)
