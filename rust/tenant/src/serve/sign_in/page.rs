//! The pages that a person sees.

/// Where a device's code is entered.
pub(super) fn device(code: Option<&str>, user: Option<&str>) -> String {
    let code = escaped(code.unwrap_or_default());
    let user = escaped(user.unwrap_or_default());
    page(&format!(
        "<p>Enter the code that your device shows.</p><form method=post><p><label>Code <input name=user_code value=\"{code}\" \
         autofocus></label></p>{}</form>",
        who(&user)
    ))
}

/// Where a person lets an application in, or not. What was asked goes back with the answer.
pub(super) fn authorize(
    application: &str,
    user: Option<&str>,
    asked: &[(String, String)],
) -> String {
    let kept: String = asked
        .iter()
        .filter(|(name, _)| name != "action" && name != "username")
        .map(|(name, value)| {
            format!(
                "<input type=hidden name=\"{}\" value=\"{}\">",
                escaped(name),
                escaped(value)
            )
        })
        .collect();
    let user = escaped(user.unwrap_or_default());
    page(&format!(
        "<p>Let the application <b>{}</b> in?</p><form method=post>{kept}{}</form>",
        escaped(application),
        who(&user)
    ))
}

/// A sentence.
pub(super) fn message(text: &str) -> String {
    page(&format!("<p>{}</p>", escaped(text)))
}

fn who(user: &str) -> String {
    format!(
        "<p><label>User principal name (empty: the tenant's choice) <input name=username value=\"{user}\"></label></p>\
         <p><button name=action value=approve>Approve</button> <button name=action value=decline>Decline</button></p>"
    )
}

fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Local tenant</title><body><h1>Local tenant</h1>\
         <p>This is a tenant in a file on this machine, and not Microsoft's cloud: no password is asked for.</p>{body}</body>\
         </html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_send_is_text_on_a_page() {
        let asked = [("state\"><script>".to_owned(), "<b>".to_owned())];
        let page = authorize("<i>App</i>", Some("\"><u>"), &asked);
        for part in ["<script>", "<b><", "<i>", "<u>"] {
            assert!(!page.contains(part), "{page}");
        }
    }
}
