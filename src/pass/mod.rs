mod portable;
pub use portable::portable;
