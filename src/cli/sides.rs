//! Two accounts on a terminal: side by side where it is wide, else one below the other.

use std::iter::repeat_n;

use clap::builder::styling::{AnsiColor, Effects, Style};

use super::account::{Line, Tone};

/// Columns of the terminal from which two accounts stand side by side.
const WIDE: usize = 110;
/// Between the two.
const GAP: usize = 3;
/// The labels and the space behind them.
const LABEL: usize = 7;
/// The least that a text is wrapped to.
const NARROWEST: usize = 20;

/// How a terminal shows text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    pub(super) color: bool,
    /// Columns; `None` where lines may be as long as they are.
    pub(super) width: Option<usize>,
}

/// A titled account.
pub(super) struct Side {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
}

/// The accounts of the sides that were asked.
pub(super) fn sides(sides: &[Side], look: Look) -> String {
    match (sides, look.width) {
        ([left, right], Some(width)) if width >= WIDE => beside(left, right, (width - GAP) / 2, look),
        (sides, width) => below(sides, width, look),
    }
}

/// A row of the screen: what it says, and how.
struct Row {
    text: String,
    style: Style,
}

fn below(sides: &[Side], width: Option<usize>, look: Look) -> String {
    let rows = sides.iter().flat_map(|side| rows(side, width.map(|width| width.saturating_sub(2))));
    rows.map(|row| format!("  {}\n", painted(&row, look))).collect()
}

fn beside(left: &Side, right: &Side, width: usize, look: Look) -> String {
    let (left, right) = (rows(left, Some(width - 2)), rows(right, Some(width - 2)));
    let empty = || Row { text: String::new(), style: Style::new() };
    let count = left.len().max(right.len());
    let pad = |rows: Vec<Row>| {
        let missing = count - rows.len();
        // The outcomes, which are last, stand beside each other.
        let mut rows: std::collections::VecDeque<Row> = rows.into();
        let last = rows.pop_back();
        rows.extend(std::iter::repeat_with(empty).take(missing));
        rows.extend(last);
        rows
    };
    let rows = pad(left).into_iter().zip(pad(right));
    rows.map(|(left, right)| {
        let space: String = repeat_n(' ', (width + GAP).saturating_sub(2 + left.text.chars().count())).collect();
        let row = format!("  {}{space}{}", painted(&left, look), painted(&right, look));
        format!("{}\n", row.trim_end())
    })
    .collect()
}

fn rows(side: &Side, width: Option<usize>) -> Vec<Row> {
    let bold = Style::new().effects(Effects::BOLD);
    let mut rows = vec![Row { text: side.title.to_owned(), style: bold }];
    for line in &side.lines {
        let wrapped = wrap(&line.text, width.map(|width| width.saturating_sub(LABEL + 2).max(NARROWEST)));
        for (index, part) in wrapped.into_iter().enumerate() {
            let label = if index == 0 { line.label } else { "" };
            rows.push(Row { text: format!("  {label:<LABEL$}{part}"), style: style(line.tone) });
        }
    }
    rows
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Quiet => Style::new().effects(Effects::DIMMED),
        Tone::Strong => Style::new().fg_color(Some(AnsiColor::Cyan.into())),
    }
}

fn painted(row: &Row, look: Look) -> String {
    if look.color && !row.text.is_empty() {
        format!("{}{}{:#}", row.style, row.text, row.style)
    } else {
        row.text.clone()
    }
}

/// Breaks at spaces, and inside of words that are longer than a line.
fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return vec![text.to_owned()] };
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        if used > 0 && used + word.trim_end().chars().count() > width {
            lines.push(String::new());
            used = 0;
        }
        for character in word.chars() {
            if used == width {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut().filter(|line| !(line.is_empty() && character == ' ')) {
                line.push(character);
                used += 1;
            }
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}
