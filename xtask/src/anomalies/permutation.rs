//! NumPy's `default_rng(0).permutation(n)`: the generator PCG64 (O'Neill 2014) from `SeedSequence(0)`, and the shuffle of
//! `Generator`. Benchmarks that were made with it name their rows by it.
#![allow(clippy::cast_possible_truncation, reason = "a generator cuts numbers into halves")]

/// A permutation of the numbers below `count`, as NumPy draws it from seed 0.
pub(super) fn of_numpy(count: usize) -> Vec<usize> {
    let mut generator = Pcg64::seeded();
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, generator.up_to(last as u64) as usize);
    }
    order
}

struct Pcg64 {
    state: u128,
    increment: u128,
    /// The upper half of a number of which the lower half was drawn.
    half: Option<u32>,
}

const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

impl Pcg64 {
    fn seeded() -> Self {
        let [a, b, c, d] = seed_words();
        let (start, sequence) = (u128::from(a) << 64 | u128::from(b), u128::from(c) << 64 | u128::from(d));
        let mut generator = Self { state: 0, increment: sequence << 1 | 1, half: None };
        generator.step();
        generator.state = generator.state.wrapping_add(start);
        generator.step();
        generator
    }

    fn step(&mut self) {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }

    fn next(&mut self) -> u64 {
        self.step();
        let mixed = (self.state >> 64) as u64 ^ self.state as u64;
        mixed.rotate_right((self.state >> 122) as u32)
    }

    /// 32 bits: the lower half of a number, and then the upper one.
    fn next_half(&mut self) -> u32 {
        if let Some(half) = self.half.take() {
            return half;
        }
        let next = self.next();
        self.half = Some((next >> 32) as u32);
        next as u32
    }

    /// A number from 0 to `most`: bits are drawn until they are no larger.
    fn up_to(&mut self, most: u64) -> u64 {
        let mask = u64::MAX >> most.leading_zeros();
        loop {
            let drawn = if u32::try_from(most).is_ok() { u64::from(self.next_half()) } else { self.next() };
            if drawn & mask <= most {
                return drawn & mask;
            }
        }
    }
}

/// The numbers that `SeedSequence(0).generate_state(4, uint64)` gives.
fn seed_words() -> [u64; 4] {
    const WORDS: usize = 4;
    fn hashed(value: u32, constant: &mut u32, multiplier: u32) -> u32 {
        let mut value = value ^ *constant;
        *constant = constant.wrapping_mul(multiplier);
        value = value.wrapping_mul(*constant);
        value ^ value >> 16
    }
    fn mixed(a: u32, b: u32) -> u32 {
        let result = a.wrapping_mul(0xca01_f9dd).wrapping_sub(b.wrapping_mul(0x4973_f715));
        result ^ result >> 16
    }
    let mut constant = 0x43b0_d7e5;
    let mut pool = [0_u32; WORDS];
    for word in &mut pool {
        *word = hashed(0, &mut constant, 0x931e_8875);
    }
    for from in 0..WORDS {
        for to in 0..WORDS {
            if from != to {
                pool[to] = mixed(pool[to], hashed(pool[from], &mut constant, 0x931e_8875));
            }
        }
    }
    let mut constant = 0x8b51_f9dd;
    let mut halves = pool.iter().cycle();
    let mut half =
        || u64::from(hashed(*halves.next().expect("a cycle has no end"), &mut constant, 0x58f3_8ded));
    std::array::from_fn(|_| half() | half() << 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutations_are_those_of_numpy() {
        // numpy.random.default_rng(0).permutation(20), and the first numbers of permutation(100000), by NumPy 2.
        assert_eq!(of_numpy(20), NUMPY_20);
        assert_eq!(of_numpy(100_000)[..6], NUMPY_100_000);
    }

    const NUMPY_20: [usize; 20] = [4, 19, 6, 2, 13, 16, 3, 11, 10, 8, 0, 12, 7, 5, 18, 17, 14, 9, 1, 15];
    const NUMPY_100_000: [usize; 6] = [18836, 43996, 91795, 93254, 38314, 54783];
}
