/* A libm whose functions are off by one unit in the last place, up or down by the bits of what they give.

   cc -shared -fPIC -O1 -o off_by_one.so off_by_one.c -ldl; LD_PRELOAD=./off_by_one.so python ...
   What must not hang on the C library gives the same numbers with it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static double off(double x) {
    uint64_t bits;
    if (!isfinite(x) || x == 0.0 || x == 1.0 || x == -1.0) return x;
    memcpy(&bits, &x, 8);
    return nextafter(x, (bits >> 3) & 1 ? INFINITY : -INFINITY);
}

#define ONE(name)                                                          \
    double name(double x) {                                                \
        static double (*true_one)(double);                                 \
        if (!true_one) *(void **)(&true_one) = dlsym(RTLD_NEXT, #name);    \
        return off(true_one(x));                                           \
    }
#define TWO(name)                                                          \
    double name(double x, double y) {                                      \
        static double (*true_one)(double, double);                         \
        if (!true_one) *(void **)(&true_one) = dlsym(RTLD_NEXT, #name);    \
        return off(true_one(x, y));                                        \
    }

ONE(exp) ONE(exp2) ONE(expm1) ONE(log) ONE(log1p) ONE(log2) ONE(log10)
ONE(sin) ONE(cos) ONE(tan) ONE(asin) ONE(acos) ONE(atan) ONE(sinh) ONE(cosh) ONE(tanh)
ONE(asinh) ONE(acosh) ONE(atanh) ONE(cbrt) ONE(erf) ONE(erfc) ONE(lgamma) ONE(tgamma)
TWO(atan2) TWO(hypot)
