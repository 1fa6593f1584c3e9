// What Tools/tables/saturating.py has written: coefficient · piece, the constant first.
#pragma once

// The normal distribution's share below x (Hendrycks and Gimpel 2016). Within 1.6e-8, rounding of the sums aside.
#define GELU_PIECES_PER_UNIT 5.333333333333333f
static const float gelu_table[5][32] = {
    {
        0x1.31f080p-5f, 0x1.c59802p-4f, 0x1.7168e2p-3f, 0x1.f40e8ap-3f,
        0x1.33cf4ap-2f, 0x1.6528bcp-2f, 0x1.8ddaeep-2f, 0x1.ae425ep-2f,
        0x1.c72c0ep-2f, 0x1.d9aa6ep-2f, 0x1.e6ebdcp-2f, 0x1.f0185cp-2f,
        0x1.f639b6p-2f, 0x1.fa2e48p-2f, 0x1.fca518p-2f, 0x1.fe208ep-2f,
        0x1.fefcf2p-2f, 0x1.ff788ap-2f, 0x1.ffbb76p-2f, 0x1.ffde74p-2f,
        0x1.fff01ep-2f, 0x1.fff8bap-2f, 0x1.fffcc8p-2f, 0x1.fffea0p-2f,
        0x1.ffff6ep-2f, 0x1.ffffc6p-2f, 0x1.ffffeap-2f, 0x1.fffff8p-2f,
        0x1.fffffcp-2f, 0x1.fffffep-2f, 0x1.000000p-1f, 0x1.000000p-1f,
    },
    {
        0x1.310b44p-4f, 0x1.268194p-4f, 0x1.12828ep-4f, 0x1.ee1088p-5f,
        0x1.ad4038p-5f, 0x1.680e6ep-5f, 0x1.239526p-5f, 0x1.c7f27cp-6f,
        0x1.582ac4p-6f, 0x1.f5a1f8p-7f, 0x1.60f150p-7f, 0x1.df7ebcp-8f,
        0x1.3a75d6p-8f, 0x1.8e3510p-9f, 0x1.e6d674p-10f, 0x1.1f5112p-10f,
        0x1.476a52p-11f, 0x1.683880p-12f, 0x1.7e9f36p-13f, 0x1.886040p-14f,
        0x1.847a5cp-15f, 0x1.7354d6p-16f, 0x1.56adf8p-17f, 0x1.315040p-18f,
        0x1.069fd2p-19f, 0x1.b43300p-21f, 0x1.5dbb80p-22f, 0x1.0eb7eep-23f,
        0x1.94a1e8p-25f, 0x1.23f27ep-26f, 0x0.0p+0f, 0x0.0p+0f,
    },
    {
        -0x1.572ca4p-11f, -0x1.f0fa9ap-10f, -0x1.82078ap-9f, -0x1.e65832p-9f,
        -0x1.0fa296p-8f, -0x1.167b1ap-8f, -0x1.0a8644p-8f, -0x1.e0e1a2p-9f,
        -0x1.9b6306p-9f, -0x1.4f1320p-9f, -0x1.049220p-9f, -0x1.83b77ap-10f,
        -0x1.14619ep-10f, -0x1.79fc88p-11f, -0x1.f05904p-12f, -0x1.3921bap-12f,
        -0x1.7bdb02p-13f, -0x1.bb3e96p-14f, -0x1.f1b6b2p-15f, -0x1.0cff1ep-15f,
        -0x1.17fbb0p-16f, -0x1.18ae84p-17f, -0x1.0f12e0p-18f, -0x1.f880c0p-20f,
        -0x1.c46ee4p-21f, -0x1.87117ep-22f, -0x1.45d8e4p-23f, -0x1.05c038p-24f,
        -0x1.957600p-26f, -0x1.2ed078p-27f, 0x0.0p+0f, 0x0.0p+0f,
    },
    {
        -0x1.c4cdfep-12f, -0x1.9633acp-12f, -0x1.40e5fap-12f, -0x1.a5b028p-13f,
        -0x1.7385d8p-14f, 0x1.0cee1ep-16f, 0x1.a6c80ap-14f, 0x1.4d597cp-13f,
        0x1.8cb3d0p-13f, 0x1.981f70p-13f, 0x1.7c43bap-13f, 0x1.47f074p-13f,
        0x1.08edf0p-13f, 0x1.93f44cp-14f, 0x1.240d7cp-14f, 0x1.91d8dap-15f,
        0x1.07b9d6p-15f, 0x1.4ad60ap-16f, 0x1.8d3b06p-17f, 0x1.c9070cp-18f,
        0x1.f854c0p-19f, 0x1.0b17fap-19f, 0x1.0fb83cp-20f, 0x1.09a336p-21f,
        0x1.f356c0p-23f, 0x1.c362a4p-24f, 0x1.8892f0p-25f, 0x1.489528p-26f,
        0x1.08becap-27f, 0x1.9ac58ep-29f, 0x0.0p+0f, 0x0.0p+0f,
    },
    {
        0x1.803d0ep-18f, 0x1.0fb204p-16f, 0x1.91cb88p-16f, 0x1.d3de2ap-16f,
        0x1.d184b0p-16f, 0x1.940b22p-16f, 0x1.2e988cp-16f, 0x1.70e01cp-17f,
        0x1.1cb93ap-18f, -0x1.569c2cp-20f, -0x1.552194p-18f, -0x1.de93d0p-18f,
        -0x1.02074ep-17f, -0x1.e28a4ep-18f, -0x1.988f14p-18f, -0x1.3fcdbap-18f,
        -0x1.d44f6cp-19f, -0x1.4316b4p-19f, -0x1.a61fe0p-20f, -0x1.06062cp-20f,
        -0x1.35e248p-21f, -0x1.5dcfcep-22f, -0x1.797f16p-23f, -0x1.85e988p-24f,
        -0x1.81dc40p-25f, -0x1.6e26e8p-26f, -0x1.4d658cp-27f, -0x1.2376bep-28f,
        -0x1.e987dcp-30f, -0x1.8b124ep-31f, 0x0.0p+0f, 0x0.0p+0f,
    },
};

// Its approximation (keras.activations.gelu(approximate=True)). Within 1.6e-8, rounding of the sums aside.
#define GELU_TANH_PIECES_PER_UNIT 5.333333333333333f
static const float gelu_tanh_table[5][32] = {
    {
        0x1.31eff0p-5f, 0x1.c590bep-4f, 0x1.7159acp-3f, 0x1.f3ead6p-3f,
        0x1.33b0ccp-2f, 0x1.64ff24p-2f, 0x1.8dac1ap-2f, 0x1.ae1716p-2f,
        0x1.c70d54p-2f, 0x1.d99ebcp-2f, 0x1.e6f54ep-2f, 0x1.f03478p-2f,
        0x1.f662a6p-2f, 0x1.fa5cdap-2f, 0x1.fcd2b2p-2f, 0x1.fe4876p-2f,
        0x1.ff1cc4p-2f, 0x1.ff8feap-2f, 0x1.ffcb62p-2f, 0x1.ffe890p-2f,
        0x1.fff61ep-2f, 0x1.fffc12p-2f, 0x1.fffe88p-2f, 0x1.ffff7cp-2f,
        0x1.ffffd4p-2f, 0x1.fffff2p-2f, 0x1.fffffcp-2f, 0x1.fffffep-2f,
        0x1.000000p-1f, 0x1.000000p-1f, 0x1.000000p-1f, 0x1.000000p-1f,
    },
    {
        0x1.310994p-4f, 0x1.267396p-4f, 0x1.1261ecp-4f, 0x1.edb0a6p-5f,
        0x1.acdb44p-5f, 0x1.67c7dap-5f, 0x1.238c14p-5f, 0x1.c8769cp-6f,
        0x1.593176p-6f, 0x1.f83e52p-7f, 0x1.6384a4p-7f, 0x1.e38864p-8f,
        0x1.3cc7c8p-8f, 0x1.8f4176p-9f, 0x1.e32138p-10f, 0x1.180c0ap-10f,
        0x1.364baap-11f, 0x1.47c1f4p-12f, 0x1.49262ep-13f, 0x1.3964bap-14f,
        0x1.1a1c2ap-15f, 0x1.ded210p-17f, 0x1.7dfdfcp-18f, 0x1.1daa16p-19f,
        0x1.8f5e54p-21f, 0x1.0434a0p-22f, 0x1.3b2660p-24f, 0x1.61c522p-26f,
        0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f,
    },
    {
        -0x1.58d88ep-11f, -0x1.f316dep-10f, -0x1.833306p-9f, -0x1.e6fc3ap-9f,
        -0x1.0f722cp-8f, -0x1.15bb72p-8f, -0x1.09660ep-8f, -0x1.de90a2p-9f,
        -0x1.99bad2p-9f, -0x1.4e8af6p-9f, -0x1.0537acp-9f, -0x1.86b91ap-10f,
        -0x1.181040p-10f, -0x1.80b348p-11f, -0x1.f9da00p-12f, -0x1.3de008p-12f,
        -0x1.7d12d8p-13f, -0x1.b2bcb0p-14f, -0x1.d6be3cp-15f, -0x1.e27e44p-16f,
        -0x1.d2cb14p-17f, -0x1.a90e5cp-18f, -0x1.6b425ep-19f, -0x1.22897cp-20f,
        -0x1.b1b6e2p-22f, -0x1.2d431ep-23f, -0x1.8464b2p-25f, -0x1.cf6474p-27f,
        0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f,
    },
    {
        -0x1.c6ece8p-12f, -0x1.974d96p-12f, -0x1.40575ap-12f, -0x1.a152f6p-13f,
        -0x1.675d66p-14f, 0x1.37b3fcp-16f, 0x1.ab776ap-14f, 0x1.4ba93ep-13f,
        0x1.87a4ccp-13f, 0x1.91a20ap-13f, 0x1.7697b6p-13f, 0x1.44af7ap-13f,
        0x1.088dccp-13f, 0x1.97ca5ap-14f, 0x1.2a312ep-14f, 0x1.9e2b58p-15f,
        0x1.110c1ep-15f, 0x1.554d3cp-16f, 0x1.93a0f2p-17f, 0x1.c28afep-18f,
        0x1.d973f4p-19f, 0x1.d320e0p-20f, 0x1.af8d24p-21f, 0x1.744abep-22f,
        0x1.2b196ap-23f, 0x1.be5dbcp-25f, 0x1.3486ccp-26f, 0x1.8a06d8p-28f,
        0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f,
    },
    {
        0x1.88efdap-18f, 0x1.156f16p-16f, 0x1.98e34ap-16f, 0x1.d94a74p-16f,
        0x1.d2a65ep-16f, 0x1.9009a0p-16f, 0x1.26ff52p-16f, 0x1.60f120p-17f,
        0x1.085866p-18f, -0x1.5f28d2p-20f, -0x1.46c9bep-18f, -0x1.c7bd70p-18f,
        -0x1.ee33fcp-18f, -0x1.d4667ep-18f, -0x1.943e60p-18f, -0x1.436e92p-18f,
        -0x1.e3c756p-19f, -0x1.535766p-19f, -0x1.bece66p-20f, -0x1.13dcf8p-20f,
        -0x1.3ef386p-21f, -0x1.58961ep-22f, -0x1.5b1680p-23f, -0x1.452f4ep-24f,
        -0x1.1ab488p-25f, -0x1.c70652p-27f, -0x1.522914p-28f, -0x1.cf056ap-30f,
        0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f, 0x0.0p+0f,
    },
};
