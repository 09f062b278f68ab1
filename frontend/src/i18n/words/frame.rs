//! The words of the frame around every page, and of what stands on all pages.

super::words! {
    SKIP = "Skip to the table" / "跳到表格";
    SKIP_NAVIGATION = "Skip to the content" / "跳到内容";
    COMMA = ", " / "，";
    COLON = ": " / "：";
    OVERVIEW = "Overview" / "总览";
    SWITCH_LANGUAGE = "中文" / "English";
    THEME_DARK = "Dark theme" / "深色主题";
    THEME_LIGHT = "Light theme" / "浅色主题";
    CLOSE = "Close" / "关闭";
    RELOAD = "Reload" / "重新加载";
    ZONE = "Time zone" / "时区";
    ZONE_LOCAL = "Local time" / "本地时间";
    COPY_LINK = "Copy link" / "复制链接";
    COPIED = "Copied" / "已复制";
    COPY_FAILED = "The browser refused to copy" / "浏览器拒绝了复制";
    COPY = "Copy" / "复制";
    YES = "Yes" / "是";
    NO = "No" / "否";
    TRY_AGAIN = "Try again" / "重试";
    UNAVAILABLE = "The page did not load" / "页面未能加载";
    LATER_FAILED = "This part of the page could not be loaded. There may be a new version of Signalbox." / "页面的这一部分未能加载，Signalbox 可能已更新。";
    NOT_FOUND_TITLE = "There is no such page" / "没有这个页面";
    NOT_FOUND_BODY = "The address may be cut or mistyped. These pages exist:" / "地址可能不完整或有误。可用的页面：";
    COPY_FROZEN = "Copy frozen link" / "复制固定时间的链接";
}
