//! Small pictures in colour of three kinds of simple scenes, a few of them damaged.

mod canvas;
mod paint;

use rayon::prelude::*;

use super::chance::{Chance, Kind};
use canvas::FineCanvas;
pub(crate) use canvas::{HEIGHT, WIDTH};

/// The number of pictures of which one is damaged.
const DAMAGED_ONE_IN: f32 = 30.0;

/// The scene that a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    Hills,
    Night,
    Sunset,
}

impl Scene {
    pub(crate) const ALL: [Self; 3] = [Self::Hills, Self::Night, Self::Sunset];

    /// The name of the scene's folder.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hills => "hills",
            Self::Night => "night",
            Self::Sunset => "sunset",
        }
    }
}

/// The damage that was done to a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    NoiseBand,
    DarkBlock,
}

impl Damage {
    /// The name of the damage in a list.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NoiseBand => "noise band",
            Self::DarkBlock => "dark block",
        }
    }
}

/// A picture of a scene.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScenePicture {
    pub(crate) scene: Scene,
    /// Red, green and blue of each pixel, row by row.
    pub(crate) rgb: Vec<u8>,
    pub(crate) damage: Option<Damage>,
}

/// Draws `count` pictures, the three scenes by turns; picture `i` is a pure function of `(seed, i)`.
pub(crate) fn pictures(count: usize, seed: u64) -> Vec<ScenePicture> {
    (0..count).into_par_iter().map(|index| picture(index, seed)).collect()
}

fn picture(index: usize, seed: u64) -> ScenePicture {
    let mut chance = Chance::new(Kind::Scenes, seed, 0, index as u64);
    let scene = Scene::ALL[index % Scene::ALL.len()];
    let mut canvas = FineCanvas::new();
    match scene {
        Scene::Hills => paint::hills(&mut canvas, &mut chance),
        Scene::Night => paint::night(&mut canvas, &mut chance),
        Scene::Sunset => paint::sunset(&mut canvas, &mut chance),
    }
    let mut rgb = canvas.pixels();
    let damage = (chance.unit() * DAMAGED_ONE_IN < 1.0).then(|| damage(&mut rgb, &mut chance));
    ScenePicture { scene, rgb, damage }
}

/// Spoils a part of a picture.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a byte's worth")]
fn damage(rgb: &mut [u8], chance: &mut Chance) -> Damage {
    if chance.below(2) == 0 {
        let top = usize::from(chance.below(26));
        for row in rgb.chunks_exact_mut(3 * WIDTH).skip(top).take(6) {
            row.fill_with(|| (256.0 * chance.unit()) as u8);
        }
        Damage::NoiseBand
    } else {
        let (top, left) = (usize::from(chance.below(18)), usize::from(chance.below(34)));
        for row in rgb.chunks_exact_mut(3 * WIDTH).skip(top).take(14) {
            row[3 * left..3 * (left + 14)].fill(6);
        }
        Damage::DarkBlock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_depends_on_nothing_but_the_seed_and_its_index() {
        let all = pictures(40, 3);
        assert_eq!(pictures(10, 3), all[..10]);
        assert_ne!(pictures(10, 4), all[..10]);
    }

    #[test]
    fn few_are_damaged_and_those_in_one_of_two_ways() {
        let all = pictures(900, 0);
        let of = |damage| all.iter().filter(|picture| picture.damage == Some(damage)).count();
        let (noise, block) = (of(Damage::NoiseBand), of(Damage::DarkBlock));
        assert!(noise > 3 && block > 3 && (15..=50).contains(&(noise + block)), "{noise} {block}");
        let dark =
            |picture: &ScenePicture| picture.rgb.chunks_exact(3).filter(|pixel| *pixel == [6, 6, 6]).count();
        for picture in &all {
            assert_eq!(picture.rgb.len(), 3 * HEIGHT * WIDTH);
            assert!(picture.damage != Some(Damage::DarkBlock) || dark(picture) >= 14 * 14);
        }
    }

    #[test]
    fn scenes_differ_in_their_light() {
        let all = pictures(300, 0);
        let mean = |scene, channel: usize| {
            let of: Vec<&ScenePicture> = all.iter().filter(|picture| picture.scene == scene).collect();
            let sum: u64 = of
                .iter()
                .flat_map(|picture| picture.rgb.iter().skip(channel).step_by(3))
                .map(|&v| u64::from(v))
                .sum();
            sum / (of.len() * HEIGHT * WIDTH) as u64
        };
        assert!(mean(Scene::Hills, 2) > mean(Scene::Night, 2) + 40, "days are lighter than nights");
        assert!(mean(Scene::Sunset, 0) > mean(Scene::Sunset, 2) + 20, "sunsets are red");
    }
}
