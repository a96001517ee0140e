//! The ways in which people write the ten digits: a few sets of strokes through key points for each digit.
//!
//! A glyph is 1 high and about 0.65 wide, and y points downwards. A stroke is a list of curves, each a smooth line
//! through its points; where one curve ends and the next begins the pen turns a corner.

/// A place in the glyph's box.
pub(super) type Point = (f32, f32);
/// A smooth line through its points.
pub(super) type KeyCurve = &'static [Point];
/// One way of writing a digit, with the weight by which it is chosen among the digit's other ways.
#[derive(Debug)]
pub(super) struct Glyph {
    pub(super) weight: u8,
    pub(super) curves: &'static [KeyCurve],
}

/// The ways of writing `digit`.
pub(super) fn of_digit(digit: u8) -> &'static [Glyph] {
    GLYPHS[usize::from(digit)]
}

const GLYPHS: [&[Glyph]; 10] = [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE];

const ZERO: &[Glyph] = &[
    // A closed oval.
    Glyph {
        weight: 5,
        curves: &[&[
            (0.36, 0.0),
            (0.15, 0.1),
            (0.02, 0.45),
            (0.08, 0.82),
            (0.3, 1.0),
            (0.54, 0.87),
            (0.65, 0.5),
            (0.56, 0.14),
            (0.36, 0.0),
        ]],
    },
    // Ends meet with a small overlap at the top.
    Glyph {
        weight: 3,
        curves: &[&[
            (0.5, 0.1),
            (0.3, 0.02),
            (0.09, 0.24),
            (0.02, 0.6),
            (0.14, 0.93),
            (0.36, 0.98),
            (0.57, 0.78),
            (0.63, 0.4),
            (0.5, 0.08),
            (0.3, 0.0),
        ]],
    },
];

const ONE: &[Glyph] = &[
    // One line.
    Glyph { weight: 6, curves: &[&[(0.32, 0.0), (0.31, 0.35), (0.31, 0.7), (0.3, 1.0)]] },
    // With an upstroke.
    Glyph {
        weight: 3,
        curves: &[&[(0.1, 0.24), (0.22, 0.15), (0.34, 0.0)], &[(0.34, 0.0), (0.33, 0.5), (0.33, 1.0)]],
    },
    // With an upstroke and a foot.
    Glyph {
        weight: 1,
        curves: &[
            &[(0.1, 0.24), (0.22, 0.15), (0.34, 0.0)],
            &[(0.34, 0.0), (0.33, 0.5), (0.33, 0.99)],
            &[(0.08, 1.0), (0.33, 0.99), (0.58, 0.98)],
        ],
    },
];

const TWO: &[Glyph] = &[
    // A corner at the foot.
    Glyph {
        weight: 4,
        curves: &[
            &[
                (0.04, 0.22),
                (0.14, 0.06),
                (0.34, 0.0),
                (0.54, 0.1),
                (0.56, 0.3),
                (0.42, 0.56),
                (0.22, 0.8),
                (0.02, 0.99),
            ],
            &[(0.02, 0.99), (0.34, 0.97), (0.66, 0.98)],
        ],
    },
    // A loop at the foot.
    Glyph {
        weight: 3,
        curves: &[&[
            (0.06, 0.18),
            (0.2, 0.03),
            (0.42, 0.03),
            (0.54, 0.2),
            (0.48, 0.46),
            (0.3, 0.74),
            (0.12, 0.94),
            (0.01, 0.92),
            (0.08, 0.78),
            (0.25, 0.82),
            (0.44, 0.97),
            (0.58, 0.99),
            (0.7, 0.88),
        ]],
    },
];

const THREE: &[Glyph] = &[
    // Two bows that meet in the middle.
    Glyph {
        weight: 5,
        curves: &[
            &[(0.06, 0.12), (0.25, 0.0), (0.47, 0.05), (0.53, 0.22), (0.42, 0.4), (0.22, 0.47)],
            &[(0.22, 0.47), (0.46, 0.53), (0.59, 0.72), (0.5, 0.92), (0.26, 1.0), (0.02, 0.9)],
        ],
    },
    // A flat top.
    Glyph {
        weight: 1,
        curves: &[
            &[(0.06, 0.03), (0.3, 0.02), (0.55, 0.02)],
            &[(0.55, 0.02), (0.4, 0.22), (0.24, 0.42)],
            &[(0.24, 0.42), (0.48, 0.48), (0.59, 0.7), (0.48, 0.93), (0.24, 1.0), (0.02, 0.9)],
        ],
    },
    // One movement, with a small loop in the middle.
    Glyph {
        weight: 2,
        curves: &[&[
            (0.06, 0.1),
            (0.27, 0.0),
            (0.47, 0.08),
            (0.48, 0.28),
            (0.32, 0.45),
            (0.2, 0.5),
            (0.22, 0.43),
            (0.42, 0.5),
            (0.57, 0.7),
            (0.48, 0.92),
            (0.25, 1.0),
            (0.02, 0.92),
        ]],
    },
];

const FOUR: &[Glyph] = &[
    // Open at the top, two strokes.
    Glyph {
        weight: 5,
        curves: &[
            &[(0.1, 0.0), (0.07, 0.26), (0.04, 0.5)],
            &[(0.04, 0.5), (0.3, 0.53), (0.56, 0.48)],
            &[(0.56, 0.02), (0.53, 0.5), (0.48, 1.0)],
        ],
    },
    // Open and rounded, the bar carried past the stem.
    Glyph {
        weight: 3,
        curves: &[
            &[(0.14, 0.02), (0.05, 0.3), (0.06, 0.5), (0.24, 0.56), (0.66, 0.5)],
            &[(0.5, 0.06), (0.48, 0.5), (0.44, 1.0)],
        ],
    },
    // Closed, as printed.
    Glyph {
        weight: 2,
        curves: &[
            &[(0.46, 0.0), (0.24, 0.32), (0.0, 0.64)],
            &[(0.0, 0.64), (0.32, 0.64), (0.66, 0.63)],
            &[(0.46, 0.0), (0.46, 0.5), (0.45, 1.0)],
        ],
    },
];

const FIVE: &[Glyph] = &[
    // A corner at the shoulder.
    Glyph {
        weight: 4,
        curves: &[
            &[(0.6, 0.02), (0.36, 0.02), (0.14, 0.03)],
            &[(0.14, 0.03), (0.11, 0.22), (0.08, 0.43)],
            &[(0.08, 0.43), (0.3, 0.36), (0.52, 0.47), (0.58, 0.7), (0.44, 0.93), (0.22, 1.0), (0.01, 0.91)],
        ],
    },
    // The back runs into the bow; the roof is a stroke of its own.
    Glyph {
        weight: 3,
        curves: &[
            &[
                (0.2, 0.04),
                (0.15, 0.26),
                (0.2, 0.42),
                (0.42, 0.52),
                (0.5, 0.74),
                (0.38, 0.95),
                (0.16, 1.0),
                (0.0, 0.93),
            ],
            &[(0.2, 0.04), (0.42, 0.04), (0.66, 0.0)],
        ],
    },
];

const SIX: &[Glyph] = &[
    // A curved back.
    Glyph {
        weight: 3,
        curves: &[&[
            (0.5, 0.02),
            (0.26, 0.18),
            (0.07, 0.5),
            (0.05, 0.8),
            (0.24, 1.0),
            (0.46, 0.93),
            (0.53, 0.72),
            (0.4, 0.56),
            (0.2, 0.62),
            (0.08, 0.8),
        ]],
    },
    // A straight back, a small bowl.
    Glyph {
        weight: 2,
        curves: &[&[
            (0.34, 0.0),
            (0.16, 0.32),
            (0.04, 0.68),
            (0.1, 0.93),
            (0.3, 1.0),
            (0.49, 0.88),
            (0.47, 0.68),
            (0.3, 0.62),
            (0.11, 0.78),
        ]],
    },
];

const SEVEN: &[Glyph] = &[
    // Two lines.
    Glyph {
        weight: 5,
        curves: &[
            &[(0.0, 0.05), (0.3, 0.04), (0.6, 0.03)],
            &[(0.6, 0.03), (0.44, 0.42), (0.3, 0.72), (0.22, 1.0)],
        ],
    },
    // With a bar.
    Glyph {
        weight: 2,
        curves: &[
            &[(0.02, 0.05), (0.3, 0.06), (0.6, 0.03)],
            &[(0.6, 0.03), (0.44, 0.42), (0.3, 0.72), (0.22, 1.0)],
            &[(0.14, 0.5), (0.36, 0.5), (0.6, 0.47)],
        ],
    },
    // With a serif, and a softer corner.
    Glyph {
        weight: 2,
        curves: &[
            &[(0.03, 0.2), (0.03, 0.12), (0.05, 0.02)],
            &[(0.05, 0.02), (0.3, 0.05), (0.52, 0.02), (0.57, 0.12), (0.42, 0.48), (0.34, 0.74), (0.31, 1.0)],
        ],
    },
];

const EIGHT: &[Glyph] = &[
    // One movement, from the upper right.
    Glyph {
        weight: 4,
        curves: &[&[
            (0.52, 0.12),
            (0.32, 0.0),
            (0.11, 0.12),
            (0.17, 0.34),
            (0.4, 0.53),
            (0.54, 0.77),
            (0.33, 1.0),
            (0.09, 0.84),
            (0.18, 0.6),
            (0.42, 0.4),
            (0.55, 0.22),
            (0.5, 0.08),
        ]],
    },
    // Two ovals.
    Glyph {
        weight: 2,
        curves: &[
            &[(0.3, 0.47), (0.13, 0.37), (0.1, 0.16), (0.3, 0.0), (0.5, 0.16), (0.47, 0.37), (0.3, 0.47)],
            &[(0.3, 0.47), (0.09, 0.6), (0.05, 0.84), (0.3, 1.0), (0.55, 0.84), (0.51, 0.6), (0.3, 0.47)],
        ],
    },
];

const NINE: &[Glyph] = &[
    // A straight stem.
    Glyph {
        weight: 4,
        curves: &[
            &[
                (0.5, 0.12),
                (0.32, 0.0),
                (0.1, 0.1),
                (0.03, 0.32),
                (0.18, 0.5),
                (0.38, 0.43),
                (0.51, 0.2),
                (0.53, 0.06),
            ],
            &[(0.53, 0.06), (0.49, 0.5), (0.44, 1.0)],
        ],
    },
    // A curved tail.
    Glyph {
        weight: 3,
        curves: &[
            &[(0.52, 0.16), (0.34, 0.0), (0.11, 0.1), (0.04, 0.32), (0.18, 0.49), (0.38, 0.44), (0.52, 0.2)],
            &[(0.54, 0.08), (0.55, 0.42), (0.49, 0.78), (0.32, 0.98), (0.06, 0.96)],
        ],
    },
];
