//! The words of what concerns every page: the network and the clock.

super::words! {
    NETWORK = "Network" / "网络";
    CLOCK = "Clock" / "时钟";
    OFFLINE = "You are offline · retries by itself" / "您已离线 · 恢复后自动重试";
    OFFLINE_ROWS = "You are offline · rows of {t} · retries by itself" / "您已离线 · 数据截至 {t} · 恢复后自动重试";
    CLOCK_AHEAD = "The clock of this device is {t} fast. “In 2 hours”, “last 24 hours” and the like go by the server's clock." / "本机时钟快了 {t}。“2 小时后”“过去 24 小时”等均以服务器时间为准。";
    CLOCK_BEHIND = "The clock of this device is {t} slow. “In 2 hours”, “last 24 hours” and the like go by the server's clock." / "本机时钟慢了 {t}。“2 小时后”“过去 24 小时”等均以服务器时间为准。";
    MINUTES = "{n} min" / "{n} 分钟";
    HOURS = "{n} h" / "{n} 小时";
    DAYS = "{n} days" / "{n} 天";
}
