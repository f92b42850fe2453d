// Loops that are compiled once for each instruction set; the machine's best is chosen when the program starts.
#pragma once

#if defined(__SANITIZE_THREAD__)
// The choice is made before ThreadSanitizer, whose code would run in it, is ready.
#define RECGAUGE_FOR_EACH_INSTRUCTION_SET(...)
#else
#define RECGAUGE_FOR_EACH_INSTRUCTION_SET(...) __attribute__((target_clones(__VA_ARGS__)))
#if defined(__x86_64__)
/// Functions may be written several times, each for an x86 instruction set (`target`).
#define RECGAUGE_CHOOSES_X86_FUNCTIONS
#endif
#endif
