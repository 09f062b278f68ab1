//! The words of signing in and out, and of rights.

super::words! {
    SESSION = "Session" / "登录状态";
    SIGN_IN = "Sign in" / "登录";
    SIGN_IN_HERE = "Sign in on this page" / "在本页登录";
    SIGN_OUT = "Sign out" / "退出登录";
    SIGN_OUT_FAILED = "You are still signed in: Signalbox did not answer." / "退出失败：Signalbox 没有应答，您仍处于登录状态。";
    STAY_SIGNED_IN = "Stay signed in" / "保持登录";
    SIGNED_IN_AGAIN = "You are signed in again" / "已重新登录";
    SIGNED_OUT = "You are signed out" / "您已退出登录";
    SIGNED_OUT_BODY = "Nothing of what you saw is shown here any more." / "此处不再显示您之前查看的内容。";
    UNHELD = "You are not signed in" / "登录未生效";
    UNHELD_BODY = "You have just been sent to sign in, but your browser brought no session back. It may block cookies for this address, or its clock may be wrong." / "刚刚已跳转登录，但浏览器没有带回会话。可能是浏览器禁止了本站的 Cookie，或本机时间不正确。";
    UNNAMED = "Nobody says who you are" / "无法确认您的身份";
    UNNAMED_BODY = "People sign in here at a front, and this request came without what the front says about them. Open the page under the address that your team uses; if you did, tell those who run Signalbox." / "此处由前置代理负责登录，而本次请求没有带上代理提供的身份信息。请使用团队的访问地址打开；如果已经如此，请联系 Signalbox 管理员。";
    WINDOW_TITLE = "You are signed in" / "登录成功";
    WINDOW_BODY = "This window can be closed. The page that you came from goes on." / "可以关闭此窗口，原来的页面会继续工作。";
    WINDOW_BLOCKED = "No window opened?" / "没有弹出窗口？";
    SESSION_OVER = "Your session has ended." / "登录已过期。";
    ROWS_FROM = " What you see is from {t}." / "当前显示的是 {t} 的数据。";
    OUT_ELSEWHERE = "You have signed out in another window. The rows have been removed from this one; the address and what you typed are still here." / "您已在其他窗口退出登录。此处的数据已清除，地址和已输入的内容仍然保留。";
    SESSION_SOON = "Your session ends at {t}." / "登录将于 {t} 到期。";
    SOMEBODY_ELSE = "You are signed in as {n} now. What was open here for {o} has been dropped." / "当前登录用户为 {n}，此前为 {o} 打开的内容已清除。";
    SIGNED_IN_AS = "You are signed in as {n}." / "当前登录用户：{n}。";
    BY_OIDC = "Signed in at the identity provider" / "通过身份提供方登录";
    BY_HEADER = "Signed in at the front, which says so in headers" / "由前置代理登录（请求头）";
    BY_TOKEN = "Signed in at the front, which says so in a signed token" / "由前置代理登录（签名令牌）";
    FRONT_SIGNS_OUT = "You sign out where you signed in: at the front." / "请在登录处（前置代理）退出。";
    UNTIL = "Signed in until {t} · {n} left" / "登录有效至 {t} · 剩余 {n}";
    WAS_UNTIL = "Was signed in until {t}" / "登录已于 {t} 到期";
    GROUPS = "Groups" / "用户组";
    NO_GROUPS = "None of your groups has a grant here" / "您的用户组在此均未获授权";
    MAY_SEE_TABLES = "Tables you may see" / "可查看的表";
    MAY_SEE_ACCOUNTS = "Accounts you may see" / "可查看的账号";
    MORE_ASK = "For more rights, ask {c}." / "如需更多权限，请联系 {c}。";
    MORE_ASK_SOMEBODY = "For more rights, ask those who run Signalbox." / "如需更多权限，请联系 Signalbox 管理员。";
    NO_GRANT = "Nothing is granted to you yet" / "您还没有任何权限";
    NO_GRANT_ASK = "To see something here, ask {c} for a grant." / "如需查看内容，请联系 {c} 授权。";
    NO_GRANT_ASK_SOMEBODY = "To see something here, ask those who run Signalbox for a grant." / "如需查看内容，请联系 Signalbox 管理员授权。";
    DENIED = "You may not see this table" / "您无权查看此表";
    DENIED_BODY = "No grant lets you read “{t}”." / "您没有读取“{t}”的权限。";
    DENIED_RIGHT = "Missing: a grant with the table" / "缺少的权限：授权以下表";
    DENIED_ASK = "Ask {c} for it." / "请联系 {c} 授权。";
    DENIED_ASK_SOMEBODY = "Ask those who run Signalbox for it." / "请联系 Signalbox 管理员授权。";
    DENIED_OTHERS = "You may see:" / "您可以查看：";
}
