//! The words of saved views.

super::words! {
    VIEWS = "Views" / "视图";
    VIEW_EDITED = "{name} · edited" / "{name} · 已修改";
    VIEWS_TEAM = "Team's views" / "团队视图";
    VIEWS_OWN = "My views" / "我的视图";
    VIEWS_NONE = "None yet." / "暂无。";
    VIEWS_LOST = "The team's views could not be loaded." / "团队视图未能加载。";
    VIEW_MISSING = "There is no saved view “{name}” here: all rows are shown. It may be kept in another person's browser." / "这里没有名为“{name}”的视图，因此显示全部行。它可能保存在他人的浏览器中。";
    VIEW_NAME = "Name of a new view" / "新视图的名称";
    VIEW_SAVE = "Save" / "保存";
    VIEW_UPDATE = "Save changes" / "保存修改";
    VIEW_RESET = "Reset to view" / "恢复为视图";
    VIEW_NAMELESS = "A view needs a name." / "请为视图命名。";
    VIEW_TAKEN = "There is a view of this name already." / "已有同名视图。";
    VIEW_UNKEPT = "This browser does not keep data of this page, so the view was not saved." / "浏览器不保存此页面的数据，视图未能保存。";
    RENAME = "Rename" / "重命名";
    DELETE = "Delete" / "删除";
    DELETE_SURE = "Really delete" / "确认删除";
}
