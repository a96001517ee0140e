//! The peak: multiplications and additions that depend on nothing but registers, as fast as the processor has them.
//! For bfloat16 these are products of pairs where the processor has them, else the products of f32 that pairs are
//! taken apart to.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use autoencoder_kernels::Instructions;
use pulp::{Arch, Simd, WithSimd};

use super::timing::LEAST;

/// The kind of number that is multiplied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Factors {
    Numbers,
    PairsOfBfloat,
}

/// The GFLOP/s of `threads` threads that multiply and add side by side, in one repeat.
pub(crate) fn gflops(threads: usize, factors: Factors) -> f64 {
    let mut rounds = 1 << 14;
    loop {
        let (flop, seconds) = run(threads, Chains { rounds, factors });
        if seconds >= LEAST {
            return flop / seconds / 1e9;
        }
        // The next number of rounds is a little more than what is missing, so that the next try is the last.
        let grow = (1.2 * LEAST / seconds.max(1e-6)).clamp(1.5, 1e4);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive count")]
        {
            rounds = (rounds as f64 * grow) as usize;
        }
    }
}

/// The operations of all threads, and the seconds from the begin of the first to the end of the last.
fn run(threads: usize, chains: Chains) -> (f64, f64) {
    if threads == 1 {
        let begin = Instant::now();
        let flop = chains.multiply();
        return (flop, begin.elapsed().as_secs_f64());
    }
    let (ready, done) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    thread::scope(|scope| {
        let work = || {
            ready.wait();
            let flop = chains.multiply();
            done.wait();
            flop
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        ready.wait();
        let begin = Instant::now();
        done.wait();
        let seconds = begin.elapsed().as_secs_f64();
        let flop = workers.into_iter().map(|worker| worker.join().expect("multiplying cannot panic")).sum();
        (flop, seconds)
    })
}

/// Independent sums, each multiplied and added to once a round.
#[derive(Clone, Copy)]
struct Chains {
    rounds: usize,
    factors: Factors,
}

impl Chains {
    fn multiply(self) -> f64 {
        #[cfg(target_arch = "x86_64")]
        if self.factors == Factors::PairsOfBfloat && Instructions::bfloat16_is_fast() {
            // SAFETY: `bfloat16_is_fast` says that this processor has AVX-512 BF16, and with it AVX-512.
            return unsafe { chains_of_pairs(self.rounds) };
        }
        Arch::new().dispatch(self)
    }
}

impl WithSimd for Chains {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        // There are as many sums as registers beside two operands, and enough to hide the latency of an operation.
        if S::REGISTER_COUNT >= 32 {
            chains::<S, 24>(simd, self.rounds)
        } else {
            chains::<S, 12>(simd, self.rounds)
        }
    }
}

#[inline(always)]
fn chains<S: Simd, const CHAINS: usize>(simd: S, rounds: usize) -> f64 {
    // The sums tend to 1: infinite or denormal sums would take other times.
    let (factor, term) = (simd.splat_f32s(black_box(0.5)), simd.splat_f32s(black_box(0.5)));
    let mut sums = [simd.splat_f32s(0.0); CHAINS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = simd.mul_add_e_f32s(*sum, factor, term);
        }
    }
    for sum in sums {
        black_box(simd.reduce_sum_f32s(sum));
    }
    2.0 * (CHAINS * S::F32_LANES) as f64 * rounds as f64
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bf16")]
fn chains_of_pairs(rounds: usize) -> f64 {
    use std::arch::x86_64::{
        __m512, __m512bh, _mm512_dpbf16_ps, _mm512_reduce_add_ps, _mm512_set1_epi32, _mm512_set1_ps,
    };
    const CHAINS: usize = 24;
    // A half times a half, and minus that: the sums stay as they are.
    let (halves, both) =
        (_mm512_set1_epi32(black_box(0x3F00_3F00)), _mm512_set1_epi32(black_box(0x3F00_BF00)));
    // SAFETY: all types are 64 bytes of which every pattern is a value.
    let [halves, both] = [halves, both].map(|pairs| unsafe { std::mem::transmute::<_, __m512bh>(pairs) });
    let mut sums: [__m512; CHAINS] = [_mm512_set1_ps(1.0); CHAINS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm512_dpbf16_ps(*sum, halves, both);
        }
    }
    for sum in sums {
        black_box(_mm512_reduce_add_ps(sum));
    }
    2.0 * (CHAINS * 2 * 16) as f64 * rounds as f64
}
