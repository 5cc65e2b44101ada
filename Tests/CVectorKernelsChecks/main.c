// Checks every function of CVectorKernels.h by every kernel that this CPU has against the plainest loop there is: bit
// for bit where the header promises bits, within some units in the last place where it promises an order of its own.
// All that the functions read or write lies before a page that nobody may touch. See tools/check-kernels.

#include "checks.h"

typedef struct {
    const char *name;
    void (*run)(void);
} check;

static void run(const check *checks, size_t count) {
    for (size_t i = 0; i < count; i++) {
        checking = checks[i].name;
        checks[i].run();
    }
}

int main(void) {
    static const check each[] = {
        {"linden_scan", check_scan},           {"linden_scan_runs", check_runs}, {"linden_scan_batch", check_batch},
        {"linden_nearest", check_nearest},     {"linden_dot", check_dot},        {"linden_add_rows", check_rows},
        {"half precision", check_halves},      {"linden_read", check_read},     {"linden_count_bits", check_bits},
    };
    static const check once[] = {
        {"codes", check_codes}, {"tiles", check_tile}, {"pages", check_pages}, {"float_rows.h", check_float_rows},
        {"linden_nested_softmax", check_softmax},
    };
    static const char *const names[] = {"scalar", "avx2", "avx512", "neon"};
    run(once, sizeof once / sizeof once[0]);
    printf("Checked:");
    for (kernel = LINDEN_KERNEL_SCALAR; kernel <= LINDEN_KERNEL_NEON; kernel++) {
        if (!linden_kernel_runs(kernel)) continue;
        run(each, sizeof each / sizeof each[0]);
        printf(" %s", names[kernel]);
    }
    puts(".");
    return 0;
}
