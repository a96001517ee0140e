//! The transposition of 32 x 32 squares, of which the transposed weights are made.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::panel::{Line, PANEL};

/// t ← wᵀ for one square: `w` are up to 32 lines, what is missing of 32 counts as zeros.
///
/// # Panics
/// If `w` has more than 32 lines, or `t` not 32.
pub fn transpose(instructions: Instructions, w: &[Line], t: &mut [Line]) {
    struct Transpose<'a>(&'a [Line; PANEL], &'a mut [Line; PANEL]);
    impl WithSimd for Transpose<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(w, t) = self;
            #[cfg(target_arch = "x86_64")]
            if let Some(&avx512) = (&simd as &dyn std::any::Any).downcast_ref::<pulp::x86::V4>() {
                return by_sixteen(avx512, w, t);
            }
            let _ = simd;
            for (column, t) in t.iter_mut().enumerate() {
                *t = Line(std::array::from_fn(|row| w[row].0[column]));
            }
        }
    }
    let t: &mut [Line; PANEL] = t.try_into().expect("transpose: a square of 32 lines to write");
    if let Ok(w) = w.try_into() {
        instructions.run(Transpose(w, t));
    } else {
        let mut square = [Line::ZERO; PANEL];
        square[..w.len()].copy_from_slice(w);
        instructions.run(Transpose(&square, t));
    }
}

/// Four squares of 16 x 16, each in four rounds of shuffles within its sixteen registers.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn by_sixteen(avx512: pulp::x86::V4, w: &[Line; PANEL], t: &mut [Line; PANEL]) {
    use pulp::x86::V4;

    use crate::vector::{vectors, vectors_mut};

    let f = avx512.avx512f;
    let zero = f._mm512_setzero_ps();
    for down in 0..2 {
        for across in 0..2 {
            let mut rows = [zero; 16];
            for (row, line) in rows.iter_mut().zip(&w[down * 16..]) {
                *row = pulp::cast(vectors::<V4>(line)[across]);
            }
            // Pairs of rows, then fours: quarter q of register 4 i + r holds column 4 q + r of rows 4 i to 4 i + 3.
            let mut pairs = [zero; 16];
            for i in (0..16).step_by(2) {
                pairs[i] = f._mm512_unpacklo_ps(rows[i], rows[i + 1]);
                pairs[i + 1] = f._mm512_unpackhi_ps(rows[i], rows[i + 1]);
            }
            let mut fours = [zero; 16];
            for i in (0..16).step_by(4) {
                for half in 0..2 {
                    let (a, b) = (pulp::cast(pairs[i + half]), pulp::cast(pairs[i + 2 + half]));
                    fours[i + 2 * half] = pulp::cast(f._mm512_unpacklo_pd(a, b));
                    fours[i + 2 * half + 1] = pulp::cast(f._mm512_unpackhi_pd(a, b));
                }
            }
            // The quarters of four registers make up a column: 0 and 2, then 1 and 3.
            for r in 0..4 {
                let (a, b, c, d) = (fours[r], fours[4 + r], fours[8 + r], fours[12 + r]);
                let even = (f._mm512_shuffle_f32x4::<0x88>(a, b), f._mm512_shuffle_f32x4::<0x88>(c, d));
                let odd = (f._mm512_shuffle_f32x4::<0xdd>(a, b), f._mm512_shuffle_f32x4::<0xdd>(c, d));
                for (quarter, (top, bottom)) in [even, odd].into_iter().enumerate() {
                    let column = across * 16 + 4 * quarter + r;
                    let [near, far] = [
                        f._mm512_shuffle_f32x4::<0x88>(top, bottom),
                        f._mm512_shuffle_f32x4::<0xdd>(top, bottom),
                    ];
                    vectors_mut::<V4>(&mut t[column])[down] = pulp::cast(near);
                    vectors_mut::<V4>(&mut t[column + 8])[down] = pulp::cast(far);
                }
            }
        }
    }
}
