//! The transposition of squares of 32 x 32 words, in registers.

use pulp::Simd;

use super::inlined::Pair;
use super::line::PANEL;
use super::store::Storing;
use super::words::LineWords;

/// t ← wᵀ for a square of 32 rows of words. `t` is overwritten.
///
/// # Panics
/// If the number of lines of `t` is not the number of words of a row, or a line of `t` does not have 32 words.
#[inline(always)]
pub(crate) fn transpose_words<S: Simd, W: LineWords, T: LineWords>(
    simd: S,
    w: &[W; PANEL],
    mut t: Storing<'_, T>,
) {
    assert!(t.cached().len() == W::COUNT && T::COUNT == PANEL);
    #[cfg(target_arch = "x86_64")]
    if let Some(&avx512) = (&simd as &dyn std::any::Any).downcast_ref::<pulp::x86::V4>() {
        return by_sixteen(avx512, w, t);
    }
    let _ = simd;
    for (column, t) in t.cached().iter_mut().enumerate() {
        for (word, w) in t.words_mut().iter_mut().pair(w) {
            *word = w.words()[column];
        }
    }
}

/// The same transposition by squares of 16 x 16, each in four rounds of shuffles within sixteen registers.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn by_sixteen<W: LineWords, T: LineWords>(avx512: pulp::x86::V4, w: &[W; PANEL], mut t: Storing<'_, T>) {
    const SIDE: usize = 16;
    let f = avx512.avx512f;
    let zero = f._mm512_setzero_ps();
    for down in 0..PANEL / SIDE {
        for across in 0..W::COUNT / SIDE {
            let mut rows = [zero; SIDE];
            for (row, line) in rows.iter_mut().pair(&w[down * SIDE..]) {
                let (words, _) = line.words()[across * SIDE..].as_chunks::<SIDE>();
                *row = pulp::cast(words[0]);
            }
            // Pairs of rows are shuffled, then fours: quarter q of register 4 i + r holds column 4 q + r of rows 4 i
            // to 4 i + 3.
            let mut pairs = [zero; SIDE];
            for i in (0..SIDE).step_by(2) {
                pairs[i] = f._mm512_unpacklo_ps(rows[i], rows[i + 1]);
                pairs[i + 1] = f._mm512_unpackhi_ps(rows[i], rows[i + 1]);
            }
            let mut fours = [zero; SIDE];
            for i in (0..SIDE).step_by(4) {
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
                    let column = across * SIDE + 4 * quarter + r;
                    let [near, far] = [
                        f._mm512_shuffle_f32x4::<0x88>(top, bottom),
                        f._mm512_shuffle_f32x4::<0xdd>(top, bottom),
                    ];
                    for (column, words) in [(column, near), (column + 8, far)] {
                        t.place(column).put(avx512, down, pulp::cast(words));
                    }
                }
            }
        }
    }
}
