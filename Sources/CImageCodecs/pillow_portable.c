// For every processor.
#define NAME(x) x##_portable
#include "pillow_passes.h"
