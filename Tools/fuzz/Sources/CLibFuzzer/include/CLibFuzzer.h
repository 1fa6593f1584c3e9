// The entry to libFuzzer for programs with a main of their own
// (llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library).
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
    int *argument_count, char ***arguments, int (*test_one_input)(const uint8_t *, size_t));
