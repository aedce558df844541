using System.Buffers;

namespace PPMessage.Mail;

/// <summary>Lines such as "Sent from my iPhone", with which phones and mail programs advertise themselves.</summary>
internal static class Advertisements
{
    private const int Longest = 120;

    /// <summary>Enough by themselves: no sentence of a person begins so.</summary>
    private static readonly string[] Certain =
    [
        "Get Outlook for ", "Download Outlook for ", "获取 Outlook for ", "获取Outlook for ", "下载 Outlook for ", "取得 Outlook for ", "Outlook für ", "Holen Sie sich Outlook für ",
        "Obtenir Outlook pour ", "Télécharger Outlook pour ", "Obtener Outlook para ", "Obter o Outlook para ", "Obter Outlook para ", "Scarica Outlook per ", "Outlook voor ",
        "Скачать Outlook для ", "Outlook for iOS", "Outlook for Android", "iPhoneから送信", "iPadから送信", "Androidから送信", "나의 iPhone에서 보냄", "Sent with Proton Mail", "Sent with ProtonMail",
        "Sent from Proton Mail", "签名由网易邮箱大师", "签名由 网易邮箱大师", "网易邮箱大师", "来自QQ邮箱", "来自 QQ邮箱", "发自网易", "发自 网易", "发自QQ邮箱", "发自新浪", "发自阿里邮箱", "发自钉钉", "发自飞书",
        "发自企业微信", "发自Foxmail", "发自 Foxmail", "发自 Outlook", "发自Outlook", "发自Yahoo", "发送自 Windows", "发送自Windows", "發自我的", "發送自 ", "从 Windows 版邮件发送", "Sent from Mail for Windows",
        "Sent from Outlook", "Sent from Yahoo", "Sent from AOL", "Sent from Samsung", "Sent from Gmail",
    ];

    /// <summary>Only with a device behind them: one can also send something from one's heart.</summary>
    private static readonly string[] WithDevice =
    [
        "Sent from my ", "Sent from a ", "Sent from ", "Sent via ", "Sent using ", "发自我的", "发自 我的", "发自 ", "发自", "来自我的", "发送自",
        "Gesendet von ", "Gesendet mit ", "Envoyé de mon ", "Envoyé de ", "Envoyé depuis ", "Envoyé à partir de ", "Enviado desde ", "Enviado do meu ", "Enviado do ",
        "Enviado a partir do ", "Enviado de ", "Inviato da ", "Inviato dal ", "Verstuurd vanaf ", "Verstuurd vanuit ", "Verzonden vanaf ", "Verzonden met ", "Отправлено с ", "Отправлено из ", "Skickat från ",
        "Wysłane z ",
    ];

    /// <summary>Beginning and end.</summary>
    private static readonly (string Start, string End)[] Framed =
    [
        ("Von mein", "gesendet"), ("Diese Nachricht wurde von mein", "gesendet"), ("从我的", "发送"), ("从我的", "发出"), ("從我的", "傳送"),
    ];

    private static readonly string[] Devices =
    [
        "iphone", "ipad", "ipod", "galaxy", "samsung", "三星", "android", "安卓", "huawei", "华为", "華為", "honor", "荣耀", "xiaomi", "小米", "redmi", "红米", "oppo", "vivo", "oneplus", "一加", "meizu", "魅族", "pixel",
        "nokia", "xperia", "motorola", "blackberry", "windows", "mobile", "mobil", "phone", "smartphone", "tablet", "handy", "téléphone", "portable", "móvil", "cellulare", "telefoon", "telefon", "celular",
        "телефон", "устройств", "手机", "手機", "平板", "邮箱", "邮件", "yahoo", "outlook", "aol", "gmail", "proton", "spark", "superhuman", "gmx", "web.de", "mail.ru", "почт", "foxmail", "thunderbird",
    ];

    private static readonly SearchValues<char> SentenceMarks = SearchValues.Create("。！？，!?");

    public static bool Is(string line)
    {
        var text = line.Trim(' ', '\t', '\u00A0', '|', '*', '-', '—', '_', '.', '[', '(', '<');
        if (text.Length is 0 or > Longest || text.AsSpan().ContainsAny(SentenceMarks)) return false;
        return Begins(text, Certain) || IsFramed(text) || (Begins(text, WithDevice) && Devices.Any(device => text.Contains(device, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsFramed(string text) =>
        Framed.Any(frame => text.StartsWith(frame.Start, StringComparison.OrdinalIgnoreCase) && text.EndsWith(frame.End, StringComparison.OrdinalIgnoreCase));

    private static bool Begins(string text, string[] starts) => starts.Any(start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
