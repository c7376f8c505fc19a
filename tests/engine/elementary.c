// For a test: exp, log and tanh of the engine, on numbers in memory.
#include "../../lib/fitlab/engine/elementary.h"

#define EACH(name)                                                         \
  void EXPORT(name)(int n) {                                               \
    for (int i = 0; i < n; i += 8) name##_of_eight(numbers + i);           \
  }

static double numbers[1 << 16];
double *EXPORT(numbers_at)(void) { return numbers; }
EACH(exp)
EACH(log)
EACH(tanh)
