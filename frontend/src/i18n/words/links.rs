//! The words of links that are too long.

super::words! {
    LONG_LINK = "This link has {n} KB. Some proxies and chat programs refuse or cut links above 6 KB. A file of the ids, pasted into the search box, gives the same rows." / "此链接长 {n} KB，部分代理和聊天软件会拒绝或截断超过 6 KB 的链接。将 ID 存为文件后粘贴到搜索框，可得到相同的行。";
    LONG_LINK_FILE = "Save the {n} ids as a file" / "将 {n} 个 ID 存为文件";
    LONG_LINK_FEWER = "Keep only the first {n}" / "仅保留前 {n} 个";
}
