//! The polynomials of the elementary functions, coefficients of the highest power first: for the kernels, and for programs in other
//! languages that are to compute the same bits.

/// e^r for |r| <= ln 2 / 2: of degree 5, with the least relative error, 7.3e-8, among those that are 1 at zero.
pub const POWER_OF_E: [f32; 6] = [8.337_527e-3, 4.191_068_4e-2, 0.166_667_29, 0.499_990_14, 1.000_000_1, 1.0];

/// Above the line of tanh x / x, in x², by the rational approximation of Eigen; `TANH_BELOW` is below it.
pub const TANH_ABOVE: [f32; 7] = [
    -2.760_768_5e-16,
    2.000_188e-13,
    -8.604_672e-11,
    5.122_297e-8,
    1.485_722_4e-5,
    6.372_619_3e-4,
    4.893_524_6e-3,
];

/// Below the line of tanh x / x, in x².
pub const TANH_BELOW: [f32; 4] = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];

/// Above the line of erf x / x, in x², by the rational approximation of Eigen; `ERF_BELOW` is below it.
pub const ERF_ABOVE: [f32; 7] = [
    -2.726_142_3e-10,
    2.770_681_4e-8,
    -2.101_024e-6,
    -5.692_506_4e-5,
    -7.349_906_4e-4,
    -2.954_598e-3,
    -1.609_603_3e-2,
];

/// Below the line of erf x / x, in x².
pub const ERF_BELOW: [f32; 5] =
    [-1.456_607_2e-5, -2.133_740_5e-4, -1.682_827e-3, -7.373_329_3e-3, -1.426_473_9e-2];

/// ln((1 + s) / (1 - s)) / s for |s| <= 1/3, in s².
pub const ARTANH: [f32; 6] = [0.244_094_03, 0.213_942_67, 0.286_206_23, 0.399_986_95, 0.666_666_8, 2.0];
