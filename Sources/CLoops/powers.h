// Made by Tools/tables/powers.py.

// log₂ e, and what a float leaves of it.
#define LOG2_E 0x1.715476p+0f
#define LOG2_E_REST 0x1.4ae0c0p-26f

// 2^r = 1 + r · (P0 + P1 · r + P2 · r²) for |r| ≤ 1/64, within 1.7e-10.
#define POWER_P0 0x1.62e430p-1f
#define POWER_P1 0x1.ebfcccp-3f
#define POWER_P2 0x1.c6b110p-5f

// 2^(i/32)
static const float powers_of_two[32] = {
    0x1.000000p+0f, 0x1.059b0ep+0f, 0x1.0b5586p+0f, 0x1.11301ep+0f,
    0x1.172b84p+0f, 0x1.1d4874p+0f, 0x1.2387a6p+0f, 0x1.29e9e0p+0f,
    0x1.306fe0p+0f, 0x1.371a74p+0f, 0x1.3dea64p+0f, 0x1.44e086p+0f,
    0x1.4bfdaep+0f, 0x1.5342b6p+0f, 0x1.5ab07ep+0f, 0x1.6247ecp+0f,
    0x1.6a09e6p+0f, 0x1.71f75ep+0f, 0x1.7a1148p+0f, 0x1.82589ap+0f,
    0x1.8ace54p+0f, 0x1.93737cp+0f, 0x1.9c4918p+0f, 0x1.a5503cp+0f,
    0x1.ae89fap+0f, 0x1.b7f770p+0f, 0x1.c199bep+0f, 0x1.cb720ep+0f,
    0x1.d5818ep+0f, 0x1.dfc974p+0f, 0x1.ea4afap+0f, 0x1.f50766p+0f,
};
