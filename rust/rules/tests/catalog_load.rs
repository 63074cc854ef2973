//! A newer table over the built-in one. One test, since the table in use is the whole process's.

use mglicense_rules::Guid;
use mglicense_rules::catalog::{self, Loaded, TableError};
use mglicense_rules::names::{Resolved, resolve_sku};

const E5: Guid = Guid::literal("06ebc4ee-1bb5-47dd-8120-11324bc54e06");
const SWAY: Guid = Guid::literal("a23b959c-7ce8-4e57-9140-b90eb88a9e97");
const NEW: Guid = Guid::literal("00000000-0000-4000-8000-00000000e901");
const NEW_PLAN: Guid = Guid::literal("00000000-0000-4000-8000-00000000e902");

const HEADER: &str = "Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names";

fn table(rows: &[&str]) -> Vec<u8> {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n")).into_bytes()
}

#[test]
fn a_newer_table_goes_before_the_built_in_one_until_it_is_unloaded() {
    let built_in = catalog::products().len();
    assert!(catalog::product(NEW).is_none());

    // As the download sometimes is: a mark that was read as letters, a no-break space of one byte, capitals.
    let mut csv = b"\xef\xbb\xbf???".to_vec();
    csv.extend(table(&[
        "Microsoft 365 E9,SPE_E9,00000000-0000-4000-8000-00000000E901,SWAY,a23b959c-7ce8-4e57-9140-b90eb88a9e97,Sway",
        "Microsoft 365 E9,SPE_E9,00000000-0000-4000-8000-00000000e901,NINE, 00000000-0000-4000-8000-00000000e902 ,Plan Nine",
        "Microsoft 365 E5 (new name),SPE_E5,06ebc4ee-1bb5-47dd-8120-11324bc54e06,SWAY,a23b959c-7ce8-4e57-9140-b90eb88a9e97,Sway",
        "Broken,BROKEN,no id,SWAY,a23b959c-7ce8-4e57-9140-b90eb88a9e97,Sway",
    ]));
    csv.extend(b"Caf\xa0Product,CAFE,00000000-0000-4000-8000-00000000e903,SWAY,a23b959c-7ce8-4e57-9140-b90eb88a9e97,Sway\r\n");
    let loaded = catalog::load(&csv).unwrap();
    assert_eq!(
        loaded,
        Loaded {
            products: 3,
            new_products: 2,
            plans: 2,
            new_plans: 1,
            unusable_rows: 1
        }
    );

    assert_eq!(catalog::products().len(), built_in + 2);
    let new = catalog::product(NEW).unwrap();
    assert_eq!((new.name, new.part_number), ("Microsoft 365 E9", "SPE_E9"));
    assert!(new.has_plan(SWAY) && new.has_plan(NEW_PLAN) && !new.has_plan(E5));
    assert_eq!(resolve_sku("spe_e9", []), Resolved::Id(NEW));
    assert_eq!(resolve_sku("microsoft 365 e9", []), Resolved::Id(NEW));
    let replaced = catalog::product(E5).unwrap();
    assert_eq!(replaced.name, "Microsoft 365 E5 (new name)");
    assert_eq!(replaced.plans().len(), 1);
    assert_eq!(catalog::plans_by_name("nine").next().unwrap().id, NEW_PLAN);
    // What the file lacks stays, under every name it had.
    assert_eq!(catalog::products_by_part_number("MCOPSTN5").count(), 2);
    assert!(catalog::plans_by_name("PROJECT_ESSENTIALS").count() >= 2);
    assert!(
        catalog::products()
            .windows(2)
            .all(|pair| pair[0].sku_id < pair[1].sku_id)
    );

    for (csv, error) in [
        (table(&[]), TableError::Empty),
        (
            b"a,b\n1,2\n".to_vec(),
            TableError::Column("Product_Display_Name"),
        ),
        (Vec::new(), TableError::Column("Product_Display_Name")),
    ] {
        assert_eq!(catalog::load(&csv), Err(error));
        assert!(catalog::product(NEW).is_some(), "what was loaded stays");
    }

    catalog::unload();
    assert_eq!(catalog::products().len(), built_in);
    assert_eq!(catalog::product(E5).unwrap().name, "Microsoft 365 E5");
    assert_eq!(resolve_sku("spe_e9", []), Resolved::Unknown);
}
