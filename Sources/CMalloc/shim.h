#pragma once
// What Swift's Glibc leaves out.
#include <malloc.h>
