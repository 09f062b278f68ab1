//! One code a row, in as few bytes as the largest code needs.

/// The codes of a column. Most columns have few different values: a million rows of a region cost one megabyte, not four.
pub(crate) enum Codes {
    /// Codes below 2⁸.
    One(Vec<u8>),
    /// Codes below 2¹⁶.
    Two(Vec<u16>),
    /// Any code.
    Four(Vec<u32>),
}

/// Runs `$body` with `$codes` bound to the vector, whichever it is: the loop inside is compiled once a width.
macro_rules! with_codes {
    ($of:expr, $codes:ident => $body:expr) => {
        match $of {
            $crate::rows::Codes::One($codes) => $body,
            $crate::rows::Codes::Two($codes) => $body,
            $crate::rows::Codes::Four($codes) => $body,
        }
    };
}
pub(crate) use with_codes;

/// An unsigned integer that codes are kept in.
pub(crate) trait Code: Copy {
    /// The code as a place in a list.
    fn at(self) -> usize;
}

impl Code for u8 {
    fn at(self) -> usize {
        self.into()
    }
}

impl Code for u16 {
    fn at(self) -> usize {
        self.into()
    }
}

impl Code for u32 {
    fn at(self) -> usize {
        self as usize
    }
}

impl Default for Codes {
    fn default() -> Self {
        Self::One(Vec::new())
    }
}

impl Codes {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        with_codes!(self, codes => codes.len())
    }

    /// A row's code.
    pub(crate) fn get(&self, row: usize) -> Option<u32> {
        match self {
            Self::One(codes) => codes.get(row).copied().map(u32::from),
            Self::Two(codes) => codes.get(row).copied().map(u32::from),
            Self::Four(codes) => codes.get(row).copied(),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, code: u32) {
        self.fit(code);
        match self {
            Self::One(codes) => codes.extend(u8::try_from(code)),
            Self::Two(codes) => codes.extend(u16::try_from(code)),
            Self::Four(codes) => codes.push(code),
        }
    }

    /// Changes a row that is there.
    pub(crate) fn set(&mut self, row: usize, code: u32) {
        self.fit(code);
        match self {
            Self::One(codes) => replace(codes, row, u8::try_from(code)),
            Self::Two(codes) => replace(codes, row, u16::try_from(code)),
            Self::Four(codes) => replace(codes, row, Ok::<_, ()>(code)),
        }
    }

    /// Makes room for codes of this size.
    fn fit(&mut self, code: u32) {
        match self {
            Self::One(codes) if code > u8::MAX.into() => {
                let wider = codes.iter().map(|code| u16::from(*code)).collect();
                *self = Self::Two(wider);
                self.fit(code);
            }
            Self::Two(codes) if code > u16::MAX.into() => {
                *self = Self::Four(codes.iter().map(|code| u32::from(*code)).collect());
            }
            _ => {}
        }
    }
}

fn replace<T, E>(codes: &mut [T], row: usize, code: Result<T, E>) {
    if let (Some(place), Ok(code)) = (codes.get_mut(row), code) {
        *place = code;
    }
}

#[cfg(test)]
mod tests {
    use super::Codes;

    #[test]
    fn codes_grow_with_the_largest() {
        let mut codes = Codes::default();
        let given = [0, 255, 256, 65_535, 65_536, u32::MAX, 1];
        for code in given {
            codes.push(code);
        }
        let kept: Vec<u32> = (0..codes.len()).filter_map(|row| codes.get(row)).collect();
        assert_eq!(kept, given);
        codes.set(0, 70_000);
        codes.set(99, 1);
        assert_eq!((codes.get(0), codes.get(99)), (Some(70_000), None));
        let mut small = Codes::default();
        small.push(1);
        small.set(0, 300);
        assert_eq!(small.get(0), Some(300));
    }
}
