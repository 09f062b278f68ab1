//! The words of the page about one resource.

super::words! {
    RESOURCE = "Resource" / "资源";
    OTHER_NAMES = "Names" / "名称";
    OTHER_IDS = "Other ids" / "其他 ID";
    HOMES = "Account" / "账号";
    IN_THE_CLOUD = "In the cloud" / "云控制台";
    MORE_RELATED = "and {n} more" / "及另外 {n} 个";
    OF_THESE = "{t} of these" / "这些对象的{t}";
    ALL_ROWS = "Open in the table ({n})" / "在表中打开（{n}）";
    NOTHING_IN = "Nothing in: {t}" / "以下各表无相关内容：{t}";
    LOOKING_FOR_IT = "Looking for it in all tables…" / "正在所有表中查找…";
    UNKNOWN_RESOURCE = "No table knows this id" / "没有任何表包含此 ID";
    UNKNOWN_RESOURCE_BODY = "Every source answered. The id may be cut or mistyped, or what it names is gone." / "所有数据源均已返回。ID 可能被截断或输入有误，也可能该对象已不存在。";
    EVERYTHING_ABOUT_IT = "Everything about it" / "查看全部相关信息";
}
