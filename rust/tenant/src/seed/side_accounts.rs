//! The accounts of the sample company that are nobody on the staff: guests, mailboxes, rooms, programs.

use serde_json::{Map, Value, json};

use super::sample::{DOMAIN, INITIAL_DOMAIN, at, object};

/// People of other companies.
pub(super) fn guests() -> Vec<Map<String, Value>> {
    const GUESTS: [(&str, &str, &str); 16] = [
        ("Amara Nwosu", "amara.nwosu", "fabrikam.com"),
        ("Beatriz Lopes", "b.lopes", "adatum.com"),
        ("Cormac Ó Briain", "cormac", "woodgrove.com"),
        ("Dagmar Holm", "dagmar.holm", "fabrikam.com"),
        ("Ferran Puig", "ferran", "tailspin.com"),
        ("Greta Lindholm", "greta.lindholm", "litware.com"),
        ("Hiro Nakamura", "h.nakamura", "northwind.com"),
        ("Imani Achieng", "imani", "adatum.com"),
        ("Jasper de Wit", "jasper.dewit", "woodgrove.com"),
        ("Katarzyna Zielińska", "k.zielinska", "fabrikam.com"),
        ("Laszlo Barta", "laszlo.barta", "proseware.com"),
        ("Mei-Ling Chua", "meiling.chua", "litware.com"),
        ("Noah Fontaine", "noah", "tailspin.com"),
        ("Olga Petrova", "olga.petrova", "northwind.com"),
        ("Pádraig Kelly", "padraig", "proseware.com"),
        ("Rania Haddad", "rania.haddad", "adatum.com"),
    ];
    let guest = |(number, (name, local, domain)): (usize, &(&str, &str, &str))| {
        object(json!({
            "accountEnabled": true,
            "displayName": name,
            "userPrincipalName": format!("{local}_{domain}#EXT#@{INITIAL_DOMAIN}"),
            "mailNickname": format!("{local}_{domain}#EXT#"),
            "mail": format!("{local}@{domain}"),
            "otherMails": [format!("{local}@{domain}")],
            "proxyAddresses": [format!("SMTP:{local}@{domain}")],
            "userType": "Guest",
            "creationType": "Invitation",
            "externalUserState": if number % 5 == 3 { "PendingAcceptance" } else { "Accepted" },
            "createdDateTime": at(-500 + 17 * number as i64),
        }))
    };
    GUESTS.iter().enumerate().map(guest).collect()
}

/// Mailboxes and rooms: sign-in blocked, no licence, most without a location.
pub(super) fn shared_accounts() -> Vec<Map<String, Value>> {
    const SHARED: [(&str, &str); 12] = [
        ("Accounts Payable", "accounts.payable"),
        ("Careers", "careers"),
        ("Customer Care", "care"),
        ("Info", "info"),
        ("Press Office", "press"),
        ("Reception London", "reception.london"),
        ("Reception Berlin", "reception.berlin"),
        ("Room Ada (London)", "room.ada"),
        ("Room Curie (Lyon)", "room.curie"),
        ("Room Noether (Berlin)", "room.noether"),
        ("Van Pool Leeds", "vans.leeds"),
        ("Whistleblower Hotline", "hotline"),
    ];
    let shared = |(number, (name, local)): (usize, &(&str, &str))| {
        let mut user = object(json!({
            "accountEnabled": false,
            "displayName": name,
            "userPrincipalName": format!("{local}@{DOMAIN}"),
            "mailNickname": local,
            "mail": format!("{local}@{DOMAIN}"),
            "proxyAddresses": [format!("SMTP:{local}@{DOMAIN}")],
            "userType": "Member",
            "createdDateTime": at(-1_700 + 40 * number as i64),
        }));
        if number % 4 == 0 {
            user.insert("usageLocation".to_owned(), "GB".into());
        }
        if *local == "care" {
            // Grown too large for a shared mailbox.
            user.insert("usageLocation".to_owned(), "GB".into());
            user.insert(
                "assignedLicenses".to_owned(),
                json!([{"skuPartNumber": "EXCHANGESTANDARD"}]),
            );
        }
        user
    };
    SHARED.iter().enumerate().map(shared).collect()
}

/// Accounts for programs and for emergencies.
pub(super) fn service_accounts() -> Vec<Map<String, Value>> {
    const SERVICES: [(&str, &str, bool); 6] = [
        ("Admin (break glass)", "admin", true),
        ("Backup Service", "svc-backup", true),
        (
            "On-Premises Directory Synchronization Service Account",
            "Sync_DC01_5d1e0a7c",
            true,
        ),
        ("Power Platform Automation", "svc-flows", true),
        ("Scanner Leeds", "scanner.leeds", false),
        ("Test Account", "test01", false),
    ];
    let service = |(number, (name, local, enabled)): (usize, &(&str, &str, bool))| {
        let mut user = object(json!({
            "accountEnabled": enabled,
            "displayName": name,
            "userPrincipalName": format!("{local}@{INITIAL_DOMAIN}"),
            "mailNickname": local,
            "userType": "Member",
            "passwordPolicies": "DisablePasswordExpiration",
            "createdDateTime": at(-3_000 + 150 * number as i64),
        }));
        if *local == "svc-flows" {
            user.insert("usageLocation".to_owned(), "GB".into());
            user.insert(
                "assignedLicenses".to_owned(),
                json!([{"skuPartNumber": "FLOW_FREE"}]),
            );
        }
        user
    };
    SERVICES.iter().enumerate().map(service).collect()
}
