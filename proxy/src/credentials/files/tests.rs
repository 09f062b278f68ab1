use super::*;
use std::fs::{self, File};

/// Writes a file as it would have been some time ago.
fn write(path: &Path, text: &str, ago: u64) {
    fs::write(path, text).unwrap();
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(ago)).unwrap();
}

async fn read(watched: &Watched, path: &Path) -> String {
    let mut reading = watched.reading();
    let text = reading.text(path).await.unwrap();
    reading.done();
    text
}

#[tokio::test]
async fn a_file_counts_as_changed_once_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    write(&path, "\u{feff} one\r\n", 60);
    let watched = Watched::default();
    assert_eq!(read(&watched, &path).await, "one");
    assert!(!watched.changed().await);
    write(&path, "two", 0);
    assert!(!watched.changed().await, "it may be half written");
    write(&path, "two", 3);
    assert!(watched.changed().await);
    // What was only begun to be read is still to be read.
    drop(watched.reading().text(&path).await);
    assert!(watched.changed().await);
    assert_eq!(read(&watched, &path).await, "two");
    assert!(!watched.changed().await);
    fs::remove_file(&path).unwrap();
    assert!(watched.changed().await);
}

#[cfg(unix)]
#[tokio::test]
async fn files_that_are_swapped_have_changed_though_they_are_as_long_and_as_old() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("one"), "aaa", 60);
    write(&at("two"), "bbb", 60);
    let time = fs::metadata(at("one")).unwrap().modified().unwrap();
    File::options()
        .write(true)
        .open(at("two"))
        .unwrap()
        .set_modified(time)
        .unwrap();
    std::os::unix::fs::symlink(at("one"), at("key")).unwrap();
    let watched = Watched::default();
    assert_eq!(read(&watched, &at("key")).await, "aaa");
    std::os::unix::fs::symlink(at("two"), at("new")).unwrap();
    fs::rename(at("new"), at("key")).unwrap();
    assert!(watched.changed().await);
    assert_eq!(read(&watched, &at("key")).await, "bbb");
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_name_and_never_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let watched = Watched::default();
    let told = async |path: &Path| watched.reading().text(path).await.unwrap_err().message;
    let gone = folder.path().join("gone");
    assert!(
        told(&gone)
            .await
            .starts_with(&format!("cannot read {}: ", gone.display()))
    );
    assert!(told(folder.path()).await.ends_with("it is a folder"));
    let path = folder.path().join("binary");
    fs::write(&path, b"hunter2 \xff").unwrap();
    assert!(!told(&path).await.contains("hunter2"));
    fs::write(&path, vec![b' '; 2 << 20]).unwrap();
    assert!(told(&path).await.ends_with("it is too large"));
}
