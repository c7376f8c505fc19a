// For a test: exp, log and tanh of the engine, on numbers in memory.
#include "../../lib/fitlab/engine/elementary.h"

#define EACH(name, some, so_many)                                         \
  void EXPORT(name)(int n) {                                              \
    for (int i = 0; i < n; i += so_many) name##_of_##some(numbers + i);   \
  }

static double numbers[1 << 16];
double *EXPORT(numbers_at)(void) { return numbers; }
EACH(exp, eight, 8)
EACH(log, eight, 8)
EACH(tanh, sixteen, 16)
