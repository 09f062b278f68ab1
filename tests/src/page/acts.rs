//! What a person does on the page.

use anyhow::{Context, Result, ensure};
use thirtyfour::Key;

use super::Page;
use super::seen::Detail;
use crate::wait::until;

impl Page {
    /// Clicks the first element that `css` finds, waiting for it to be there.
    ///
    /// # Errors
    /// When it does not come, or something covers it.
    pub async fn click(&self, css: &str) -> Result<()> {
        until(&format!("{css} could be clicked"), async || {
            Ok(self.element(css).await?.click().await?)
        })
        .await
    }

    /// Clicks into the middle of the first element that `css` finds, waiting for it to be there. The driver never hears of the element: one that it
    /// has heard of it keeps for good, and all that hangs on it.
    ///
    /// # Errors
    /// When it does not come, or something covers it.
    pub async fn click_in_passing(&self, css: &str) -> Result<()> {
        let middle = "const found = document.querySelector(arguments[0]);
            if (!found) return null;
            found.scrollIntoView({ block: 'nearest', behavior: 'instant' });
            const { x, y, width, height } = found.getBoundingClientRect();
            const at = [Math.round(x + width / 2), Math.round(y + height / 2)];
            return found.contains(document.elementFromPoint(...at)) ? at : null";
        let (x, y) = until(&format!("{css} could be clicked"), async || {
            let middle: Option<(i64, i64)> = self.ask(middle, &[css]).await?;
            middle.context("it is not there, or something covers it")
        })
        .await?;
        Ok(self.actions().move_to(x, y).click().perform().await?)
    }

    /// Clicks with the shift key held.
    ///
    /// # Errors
    /// When there is no such element.
    pub async fn shift_click(&self, css: &str) -> Result<()> {
        let element = self.element(css).await?;
        let actions = self
            .actions()
            .key_down(Key::Shift)
            .click_element(&element)
            .key_up(Key::Shift);
        Ok(actions.perform().await?)
    }

    /// Presses keys on whatever has the focus: text, or a special key as `Key::Enter + ""`.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn press(&self, keys: impl Into<thirtyfour::TypingData>) -> Result<()> {
        let keys: thirtyfour::TypingData = keys.into();
        let text: String = keys.as_vec().iter().collect();
        Ok(self.actions().send_keys(text).perform().await?)
    }

    /// Presses a key with the control key held.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn press_with_control(&self, key: impl Into<char>) -> Result<()> {
        let text = key.into().to_string();
        let keys = self
            .actions()
            .key_down(Key::Control)
            .send_keys(text)
            .key_up(Key::Control);
        Ok(keys.perform().await?)
    }

    /// Goes to the search box with the key `/` and writes `text` in place of what was there.
    ///
    /// # Errors
    /// When the key does not lead into the search box.
    pub async fn search(&self, text: &str) -> Result<()> {
        self.press("/").await?;
        let in_box =
            "const focus = document.activeElement; return focus.matches('[role=searchbox], input[type=search]')";
        ensure!(
            self.read::<bool>(in_box).await?,
            "the key `/` does not focus the search box"
        );
        let select_all = self
            .actions()
            .key_down(Key::Control)
            .send_keys("a")
            .key_up(Key::Control);
        select_all.perform().await?;
        self.press(Key::Delete + text).await
    }

    /// Clicks a column's header: sorts by it.
    ///
    /// # Errors
    /// When there is no such column.
    pub async fn sort_by(&self, column: &str) -> Result<()> {
        self.click(&header(column)).await
    }

    /// Shift-clicks a column's header: sorts by it where the ones before are equal.
    ///
    /// # Errors
    /// When there is no such column.
    pub async fn then_sort_by(&self, column: &str) -> Result<()> {
        self.shift_click(&header(column)).await
    }

    /// Ticks or unticks a value of a facet.
    ///
    /// # Errors
    /// When the facet does not offer it.
    pub async fn toggle(&self, facet: &str, value: &str) -> Result<()> {
        self.click(&format!(
            "[data-facet={}] [data-value={}]",
            quoted(facet),
            quoted(value)
        ))
        .await
    }

    /// Takes a condition away with its button.
    ///
    /// # Errors
    /// When there is no such condition.
    pub async fn remove_condition(&self, condition: &str) -> Result<()> {
        self.click(&format!(
            "[data-testid=conditions] [data-condition={}] button",
            quoted(condition)
        ))
        .await
    }

    /// Opens a row's detail by a click and waits for it; `row` counts from 0.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open_detail(&self, row: usize) -> Result<Detail> {
        let rows = self.rows().await?;
        let wanted = rows
            .iter()
            .find(|seen| seen.index == row)
            .with_context(|| format!("row {row} is not in the DOM"))?;
        let row = format!("[role=grid] [role=row][data-row-id={}]", quoted(&wanted.id));
        self.click(&row).await?;
        until("the detail is open", async || {
            let detail = self.detail().await?.context("no detail")?;
            ensure!(
                detail.row == wanted.id,
                "the detail shows {:?} instead of {:?}",
                detail.row,
                wanted.id
            );
            Ok(detail)
        })
        .await
    }
}

fn header(column: &str) -> String {
    format!("[role=columnheader][data-column={}]", quoted(column))
}

/// A CSS string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
