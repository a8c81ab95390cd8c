//! Comparisons of routings: hand-made ones with known answers, random ones against brute force, and mutations.

mod brute;
mod build;
mod known;
mod measured;
mod random;
