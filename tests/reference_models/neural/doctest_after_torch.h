// libtorch brings logging macros with the names of doctest's, of which the last one read counts: without this, a failed
// check would abort the program instead of being reported.
#pragma once

#include "reference_models/neural/torch.h"

#undef CHECK
#undef CHECK_EQ
#undef CHECK_NE
#undef CHECK_LE
#undef CHECK_LT
#undef CHECK_GE
#undef CHECK_GT
#include <doctest/doctest.h>
