//! Names that a mistyped one may have been.

/// How many names are worth offering.
const MOST: usize = 3;

/// The names nearest to a text, the nearest first, none that is far from it. A name occurs once.
///
/// Near is: one slip of the finger in four letters, in any case, where a slip is a letter too many, missing,
/// wrong, or swapped with its neighbour; hyphens, blanks and underscores count as the same.
pub fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let text = folded(text);
    let most_slips = text.len() / 4;
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let folded_name = folded(name);
        if folded_name.len().abs_diff(text.len()) > most_slips {
            continue;
        }
        let slips = slips(&text, &folded_name);
        if slips <= most_slips && !near.contains(&(slips, name)) {
            near.push((slips, name));
        }
    }
    near.sort_unstable();
    near.truncate(MOST);
    near.into_iter().map(|(_, name)| name).collect()
}

fn folded(text: &str) -> Vec<char> {
    let letters = text.trim().chars();
    letters
        .map(|letter| match letter {
            '-' | ' ' => '_',
            letter => letter.to_ascii_lowercase(),
        })
        .collect()
}

/// The optimal string alignment distance.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &other) in b.iter().enumerate() {
            let changed = last[j] + usize::from(letter != other);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && letter == b[j - 1] && a[i - 1] == other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = [
        "SPE_E3",
        "SPE_E5",
        "ENTERPRISEPACK",
        "VISIOCLIENT",
        "FLOW_FREE",
    ];

    #[test]
    fn slips_are_counted_as_people_make_them() {
        for (text, name, expected) in [
            ("spe_e5", "spe_e5", 0),
            ("spe_e", "spe_e5", 1),
            ("sp_e5", "spe_e5", 1),
            ("spee_5", "spe_e5", 1),
            ("spx_e5", "spe_e5", 1),
            ("", "spe", 3),
        ] {
            assert_eq!(
                slips(&folded(text), &folded(name)),
                expected,
                "{text} {name}"
            );
        }
    }

    #[test]
    fn the_nearest_come_first_and_far_ones_not_at_all() {
        assert_eq!(nearest("ENTREPRISEPACK", NAMES), ["ENTERPRISEPACK"]);
        assert_eq!(nearest("visio-client", NAMES), ["VISIOCLIENT"]);
        assert_eq!(nearest("SPE E5", NAMES), ["SPE_E5", "SPE_E3"]);
        assert_eq!(nearest("NOTASKU", NAMES), [""; 0]);
        assert_eq!(nearest("", NAMES), [""; 0]);
    }
}
