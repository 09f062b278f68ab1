//! Workbooks as another program reads them.

use super::*;
use crate::export::exported::tests::{ITEMS, export};
use calamine::{Data, DataType, Range, Reader, Xlsx as Book, open_workbook_from_rs};
use proptest::prelude::*;
use std::io::Cursor;

type Sheets = Vec<(String, Range<Data>)>;

/// The bytes of a workbook, and whether it is whole.
fn bytes(export: &Export, most: usize) -> (Vec<u8>, bool) {
    let (mut file, whole) = workbook(export, most).unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    (bytes, whole)
}

/// The sheets by name, in their order.
fn sheets(bytes: Vec<u8>) -> Sheets {
    let mut book: Book<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    book.worksheets()
}

fn read(query: &str, items: &str) -> (Sheets, bool) {
    let (bytes, whole) = bytes(&export("patches", query, items), ROWS);
    (sheets(bytes), whole)
}

fn texts(range: &Range<Data>) -> Vec<Vec<String>> {
    let row = |row: &[Data]| row.iter().map(ToString::to_string).collect();
    range.rows().map(row).collect()
}

/// The value beside a name on the sheet about the others.
fn fact(sheets: &Sheets, name: &str) -> Vec<Data> {
    let rows = sheets[1].1.rows();
    rows.filter(|row| row[0] == Data::String(name.into()))
        .map(|row| row[1].clone())
        .collect()
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

#[test]
fn values_have_their_types() {
    let query = "cols=phase,missing,instance,start,group&sort=instance&tz=Asia/Shanghai";
    let (sheets, whole) = read(query, ITEMS);
    assert!(whole);
    assert_eq!(sheets[0].0, "Patch states");
    let rows: Vec<_> = sheets[0].1.rows().collect();
    assert_eq!(
        rows[0],
        ["Phase", "Missing", "Instance", "Start", "Patch group"].map(text)
    );
    // What looks like a formula is text, and what is no number stands there as the cloud wrote it.
    assert_eq!(rows[1][2], text("=i"));
    assert_eq!(
        (&rows[1][1], &rows[2][1], &rows[3][1]),
        (&Data::Float(0.0), &Data::Float(3.0), &text("many"))
    );
    // Nobody knows how many have failed.
    assert_eq!(rows[2][0], text("Unknown"));
    let start = rows[2][3].as_datetime().unwrap();
    assert!(rows[2][3].is_datetime(), "{:?}", rows[2][3]);
    assert_eq!(start.to_string(), "2026-11-25 01:20:00");
    assert_eq!(rows[1][3], Data::Empty);
}

#[test]
fn headings_and_values_are_in_the_readers_language() {
    let items = r#"[{"ClusterName": "c", "NodeList": [], "ClusterStatus": "1", "Installed": true}]"#;
    let (bytes, _) = bytes(&export("plugins", "lang=zh&cols=state,installed,cloud", items), ROWS);
    let sheets = sheets(bytes);
    assert_eq!(sheets[0].0, "安全插件");
    assert_eq!(sheets[1].0, COVERAGE);
    let rows = texts(&sheets[0].1);
    assert_eq!(rows[0], ["集群状态", "已安装", "云"]);
    // As on the page, not as the cloud has it.
    assert_eq!(rows[1], ["正常", "是", "阿里云"]);
    assert_eq!(fact(&sheets, "筛选条件"), [text("无：全部行")]);
}

#[test]
fn headings_stay_in_sight_and_filter() {
    let (bytes, _) = bytes(&export("patches", "cols=instance,missing", ITEMS), ROWS);
    let mut zip = zip_of(&bytes, "xl/worksheets/sheet1.xml");
    zip.retain(|letter| letter != '\n');
    assert!(
        zip.contains(r#"topLeftCell="A2""#) && zip.contains(r#"state="frozen""#),
        "{zip}"
    );
    assert!(zip.contains(r#"<autoFilter ref="A1:B4"/>"#), "{zip}");
    assert!(!zip.contains("<f>"), "{zip}");
}

#[test]
fn the_second_sheet_says_what_the_first_one_is() {
    let query = "missing=ge.0&start=-24h..now&instance=not.a,b&q=i&colour=red&lang=fr&tz=%2B08:00";
    let (found, _) = read(query, ITEMS);
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].0, COVERAGE);
    assert_eq!(
        fact(&found, "Link"),
        [text(
            "https://ops.example.com/patches?instance=not.a,b&missing=ge.0&start=-24h..now&colour=red&q=i&tz=%2B08:00"
        )]
    );
    assert_eq!(
        fact(&found, "As of")[0].as_datetime().unwrap().to_string(),
        "2026-11-25 01:20:00"
    );
    assert_eq!(fact(&found, "Times and dates in"), [text("+08:00")]);
    assert_eq!(
        fact(&found, "Conditions"),
        [
            "Instance is not a or b",
            "Missing at least 0",
            "Start between 24 hours before the export and now"
        ]
        .map(text)
    );
    assert_eq!(fact(&found, "All columns contain"), [text("i")]);
    assert_eq!(
        fact(&found, "Not understood, without effect"),
        [text("colour=red"), text("lang=fr")]
    );
    assert_eq!(
        fact(&found, "Complete"),
        [text("Yes: every source answered to its end")]
    );
    let rows = texts(&found[1].1);
    let targets = rows.iter().position(|row| row[0] == "Account").unwrap();
    assert_eq!(
        rows[targets + 1][..5],
        [
            "alibaba-test",
            "Alibaba Cloud",
            "cn-north-4",
            "alibaba.oos.instance-patch-states",
            "Complete"
        ]
    );
    // One has a count that is none, and all lack some that their phase follows from.
    assert_eq!(rows[targets + 1][6..8], ["3", "3"]);
}

#[test]
fn what_is_missing_is_said() {
    let mut export = export("patches", "", ITEMS);
    export.about.targets.extend(crate::export::coverage::tests::gaps());
    let (bytes, whole) = bytes(&export, ROWS);
    assert!(whole, "the file holds what there is");
    let found = sheets(bytes);
    assert_eq!(
        fact(&found, "Complete"),
        [text("No: 2 of 3 sources are missing or cut")]
    );
    let rows = texts(&found[1].1);
    let failed = rows.iter().find(|row| row[4].starts_with("Failed")).unwrap();
    assert_eq!(
        failed[9..],
        [
            "NoPermission",
            "needs oos:ListInstancePatchStates",
            "you may not",
            "R-1"
        ]
    );
    let cut = rows.iter().find(|row| row[4].starts_with("Cut")).unwrap();
    assert_eq!((cut[6].as_str(), cut[8].as_str()), ("100", "100"));
}

#[test]
fn what_does_not_fit_on_a_sheet_goes_on_on_another() {
    let items: Vec<String> = (0..5).map(|at| format!(r#"{{"InstanceId": "i-{at}"}}"#)).collect();
    let export = export(
        "patches",
        "cols=instance&sort=instance",
        &format!("[{}]", items.join(",")),
    );
    let (bytes, whole) = bytes(&export, 2);
    assert!(whole);
    let found = sheets(bytes);
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Patch states", COVERAGE, "Patch states 2", "Patch states 3"]);
    assert_eq!(texts(&found[2].1), [["Instance"], ["i-2"], ["i-3"]]);
    assert_eq!(texts(&found[3].1), [["Instance"], ["i-4"]]);
    assert_eq!(
        fact(&found, "More rows on sheet"),
        [text("Patch states 2"), text("Patch states 3")]
    );
}

#[test]
fn a_group_is_a_line_and_the_rows_are_counted() {
    let (found, whole) = read("by=instance&sort=instance&cols=missing&missing=is.set&lang=zh", ITEMS);
    assert!(whole);
    let rows: Vec<_> = found[0].1.rows().collect();
    assert_eq!(rows[0], ["实例", "行数", "缺失", "至少为（部分数值未知）"].map(text));
    assert_eq!(rows[1], [text("=i"), Data::Float(1.0), Data::Float(0.0), Data::Empty]);
    assert_eq!(rows[3], [text("i-2"), Data::Float(1.0), Data::Empty, text("缺失")]);
    let (found, _) = read("by=region", ITEMS);
    assert_eq!(
        (fact(&found, "Rows"), fact(&found, "Groups")),
        (vec![Data::Float(3.0)], vec![Data::Float(1.0)])
    );
}

#[test]
fn without_rows_there_are_headings() {
    let (found, whole) = read("cols=instance,missing", "[]");
    assert!(whole);
    assert_eq!(texts(&found[0].1), [["Instance", "Missing"]]);
    assert_eq!(fact(&found, "Rows"), [Data::Float(0.0)]);
}

#[test]
fn texts_too_long_for_a_cell_are_cut_and_counted() {
    // Excel counts UTF-16 units, of which 😀 is two.
    let item = |group: &str| format!(r#"[{{"InstanceId": "i", "PatchGroup": "{group}"}}]"#);
    for (group, fits) in [
        ("x".repeat(32_767), true),
        ("中".repeat(32_767), true),
        ("😀".repeat(16_383), true),
    ] {
        let (found, whole) = read("cols=group", &item(&group));
        assert_eq!((whole, &found[0].1.rows().nth(1).unwrap()[0]), (fits, &text(&group)));
    }
    for group in ["x".repeat(32_768), "😀".repeat(16_384)] {
        let (found, whole) = read("cols=group", &item(&group));
        assert!(!whole);
        let kept = found[0].1.rows().nth(1).unwrap()[0].to_string();
        assert!(kept.ends_with('…') && kept.encode_utf16().count() <= LENGTH_OF_A_CELL && kept.len() > 32_000);
        assert_eq!(fact(&found, "Complete"), [text("No: texts are cut")]);
        assert_eq!(fact(&found, "Texts cut at what a cell holds"), [Data::Float(1.0)]);
    }
}

const LENGTH_OF_A_CELL: usize = 32_767;

#[test]
fn ids_and_long_numbers_stay_as_they_are() {
    let items = r#"[
        {"InstanceId": "00012", "MissingCount": "123456789012345", "PatchGroup": "1e5"},
        {"InstanceId": "1234567890123456789", "MissingCount": "-5", "PatchGroup": "TRUE"},
        {"InstanceId": "3/4", "MissingCount": "1234567890123456", "PatchGroup": "_x0041_"}
    ]"#;
    let (found, _) = read("cols=instance,missing,group&sort=instance", items);
    let rows: Vec<_> = found[0].1.rows().skip(1).collect();
    assert_eq!(
        rows[0],
        [text("00012"), Data::Float(123_456_789_012_345.0), text("1e5")]
    );
    assert_eq!(
        (&rows[1][0], &rows[1][2]),
        (&text("1234567890123456789"), &text("TRUE"))
    );
    assert_eq!((&rows[2][0], &rows[2][1]), (&text("3/4"), &text("1234567890123456")));
}

#[test]
fn what_is_no_time_is_text_and_none_yet_is_empty() {
    let item = |start: &str| format!(r#"[{{"InstanceId": "i", "OperationStartTime": "{start}"}}]"#);
    let shown = |start: &str| {
        let (found, _) = read("cols=start,instance&tz=Asia/Shanghai", &item(start));
        found[0].1.rows().nth(1).unwrap()[0].clone()
    };
    for odd in ["soon", "2026-11-25 01:20:00"] {
        assert_eq!(shown(odd), text(odd));
    }
    for none in [
        "1900-02-28T12:00:00Z",
        "9999-12-31T23:00:00Z",
        "0099-01-01T00:00:00Z",
        "0",
        "-1",
    ] {
        assert_eq!(shown(none), Data::Empty, "{none}");
    }
    for (start, date) in [
        ("9998-12-31T23:00:00Z", "9999-01-01 07:00:00"),
        ("1971-01-01T00:00:00Z", "1971-01-01 08:00:00"),
    ] {
        assert_eq!(shown(start).as_datetime().unwrap().to_string(), date);
    }
}

#[test]
fn times_that_excel_has_no_date_for_are_texts() {
    let item = r#"[{"InstanceId": "i", "OperationStartTime": "soon"}]"#;
    assert_eq!(read("cols=start", item).0[0].1.rows().nth(1).unwrap()[0], text("soon"));

    let export = export("patches", "tz=%2B08:00", "[]");
    let mut pen = Pen::new(&export);
    let mut sheet = Worksheet::new();
    let instants = [
        "1900-02-28T12:00:00Z",
        "9999-12-31T23:00:00Z",
        "1900-02-28T16:00:00Z",
        "2026-11-24T17:20:00.5Z",
    ];
    for (row, instant) in (0..).zip(instants) {
        pen.time(&mut sheet, (row, 0), table::time::parse(instant).unwrap())
            .unwrap();
    }
    pen.time(&mut sheet, (4, 0), i64::MAX).unwrap();
    let mut book = Workbook::new();
    book.push_worksheet(sheet);
    let found = sheets(book.save_to_buffer().unwrap());
    let cells: Vec<_> = found[0].1.rows().map(|row| row[0].clone()).collect();
    assert_eq!((&cells[0], &cells[1]), (&text(instants[0]), &text(instants[1])));
    assert_eq!(cells[2].as_datetime().unwrap().to_string(), "1900-03-01 00:00:00");
    assert_eq!(cells[3].as_datetime().unwrap().to_string(), "2026-11-25 01:20:00.500");
    assert_eq!(cells[4], text(&i64::MAX.to_string()));
}

#[test]
fn names_of_sheets_are_what_excel_takes() {
    let export = export("patches", "", "[]");
    for at in [0, 1, 999] {
        let name = name(&export, at);
        assert!(name.chars().count() <= NAME && !name.contains(['[', ']', ':', '*', '?', '/', '\\']));
        assert_ne!(name, COVERAGE);
    }
}

#[test]
fn the_file_comes_in_chunks() {
    let Written { pieces, whole } = Xlsx.write(crate::export::exported::tests::large()).unwrap();
    assert!(whole);
    let chunks: Vec<Bytes> = pieces.map(Result::unwrap).collect();
    assert!(
        chunks.len() > 2 && chunks.iter().all(|chunk| chunk.len() as u64 <= CHUNK),
        "{}",
        chunks.len()
    );
    assert_eq!(sheets(chunks.concat())[0].1.height(), 20_001);
}

/// A file of the archive as text.
fn zip_of(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_text_is_read_again(group in prop_oneof![any::<String>(), "[\u{0}-\u{20}=+@＝_x0041<>&\"中\u{fffe}\u{ffff}]{1,12}"]) {
        let item = serde_json::json!([{"InstanceId": "i", "PatchGroup": group}]).to_string();
        let (found, whole) = read("cols=instance,group", &item);
        prop_assert!(whole);
        let row: Vec<_> = found[0].1.rows().nth(1).unwrap().to_vec();
        let given = export("patches", "cols=group", &item);
        let kept = given.rows.text(0, given.columns[0]).into_owned();
        let read = row.get(1).map(ToString::to_string).unwrap_or_default();
        prop_assert_eq!(read, kept);
    }
}
