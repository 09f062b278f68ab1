//! The words of addresses for calendars.

super::words! {
    SUBSCRIBE = "Subscribe" / "订阅";
    SUBSCRIBE_ABOUT = "by an address for a calendar program" / "为日历程序生成订阅地址";
    SUBSCRIBE_TITLE = "Subscribe to the planned windows" / "订阅计划窗口";
    FEED_ABOUT = "Calendar programs cannot sign in. They read the plans of this view by an address of their own: what you may see, as it is whenever they look." / "日历程序无法登录，需通过专用地址读取当前视图中的计划：内容以您的权限为准，每次读取都是当时的最新数据。";
    FEED_MAKING = "Making an address…" / "正在生成地址…";
    FEED_ADDRESS = "Address for the calendar" / "日历订阅地址";
    FEED_UNTIL = "Valid until {t}. It is not kept anywhere: copy it now." / "有效期至 {t}。地址不会被保存，请立即复制。";
    FEED_SECRET = "Whoever has this address reads the view without signing in. Give it to your calendar alone, and revoke it if it gets out." / "任何人拿到此地址都无需登录即可读取该视图。请只填入您自己的日历；如有泄露，请立即吊销。";
    FEED_MAKE = "Make an address" / "生成地址";
    FEED_FULL = "You have as many addresses as one may have. Revoke one that nobody needs, then make this one." / "您的订阅地址数量已达上限，请先吊销不再使用的地址，再重新生成。";
    FEED_LOST = "Signalbox did not answer." / "Signalbox 没有应答。";
    FEED_REFUSED = "No address was made: {d}." / "未能生成地址：{d}。";
    FEEDS_OWN = "Your addresses for calendars" / "我的日历订阅地址";
    FEEDS_NONE = "None." / "暂无。";
    FEEDS_FLEETING = "They end when Signalbox is restarted." / "Signalbox 重启后，这些地址将全部失效。";
    FEED_TIMES = "made {m} · valid until {t}" / "创建于 {m} · 有效期至 {t}";
    FEED_REVOKE = "Revoke" / "吊销";
}
