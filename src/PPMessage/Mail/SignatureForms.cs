using System.Text.RegularExpressions;

namespace PPMessage.Mail;

/// <summary>Signatures behind "-- ", and the lines with which phones and mail programs advertise themselves.</summary>
internal static class SignatureForms
{
    /// <summary>A plain "--" may also divide a text: longer than this it is none of a signature.</summary>
    private const int MostLines = 12;

    private const int LongestAdvertisement = 120;

    private const string Device = @"(i ?Phone|i ?Pad|i ?Pod|Apple|Galaxy|Samsung|Android|Huawei|Honor|HUAWEI|Xiaomi|Redmi|OPPO|vivo|OnePlus|Pixel|Nokia|Sony|Xperia|LG|Motorola|BlackBerry|Windows|mobile|phone|smartphone|tablet|Mail|Yahoo|AOL|Outlook|Handy|Smartphone|Mobiltelefon|mobil|téléphone|portable|móvil|cellulare|telefoon|celular|телефона|устройства)";

    private static readonly Regex Advertisement = new(
        @"^(Sent from (my |Yahoo|Mail|AOL|Outlook|Samsung|Proton|the )[^.!?]{0,15}" + Device + @".{0,60}" +
        @"|Sent (via|with|from) (my |the )?(Proton|Spark|Samsung|Mailspring|Airmail|BlackBerry|Outlook|Yahoo|Superhuman|Nine|Gmail|iPhone|iPad|Mail).{0,60}" +
        @"|Get Outlook for .{1,60}|Download Outlook for .{1,60}|获取 ?Outlook for .{1,60}|下载 ?Outlook for .{1,60}|取得 ?Outlook for .{1,60}" +
        @"|(发|發|寄)(送)?自 ?(我的|iPhone|iPad|Android|Outlook|Foxmail|Yahoo|网易|QQ|新浪|搜狐|阿里|手机|华为|荣耀|小米|钉钉|飞书|企业微信)[^。！？，心]{0,40}|从我的.{1,30}(发送|发出|發送)|来自(我的)? ?.{0,20}(手机|邮箱|iPhone|iPad|华为|小米)[^。！？，]{0,12}|從我的.{1,30}(傳送|寄出)" +
        @"|签名由.{0,12}(网易邮箱大师|邮箱大师).{0,60}定制.{0,20}|邮箱大师.{0,20}" +
        @"|(Von|Vom) mein(em|er) .{1,40}(gesendet|geschickt)|Gesendet (von|mit|über) .{0,20}" + Device + @".{0,60}|Diese Nachricht wurde von mein.{1,60}gesendet\.?" +
        @"|(Envoyé|Télécharger) (de|depuis|à partir de|par) .{0,20}" + Device + @".{0,60}|Obtenir Outlook pour .{1,60}" +
        @"|Enviado (desde|do|de|a partir do) .{0,20}" + Device + @".{0,60}|Obtener Outlook para .{1,60}|Obter o Outlook para .{1,60}" +
        @"|Inviato (da|dal|dallo) .{0,20}" + Device + @".{0,60}|Scarica Outlook per .{1,60}" +
        @"|(Verstuurd|Verzonden) (vanaf|van|met|vanuit) .{0,20}" + Device + @".{0,60}|Outlook voor .{1,40} downloaden" +
        @"|Отправлено (с|из) .{1,60}|Скачать Outlook для .{1,60}" +
        @"|(My |私の)?(iPhone|iPad|Android).{0,10}から送信|Outlook for .{1,20}を入手.{0,40}|나의 .{1,20}에서 보냄)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking);


    public static void Mark(string[] lines, LineKind[] kinds)
    {
        for (var end = lines.Length; end > 0;)
        {
            var start = end;
            while (start > 0 && kinds[start - 1] == LineKind.Own) start--;
            if (start < end) MarkIn(lines, kinds, start, end);
            end = start;
            while (end > 0 && kinds[end - 1] != LineKind.Own) end--;
        }
    }

    /// <summary>In a stretch of the person's own lines.</summary>
    private static void MarkIn(string[] lines, LineKind[] kinds, int start, int end)
    {
        var last = end;
        for (var i = start; i < end; i++)
        {
            if (!IsDelimiter(lines[i], Written(lines, i + 1, end)) || Written(lines, start, i) == 0) continue;
            kinds.AsSpan(i, end - i).Fill(LineKind.Signature);
            last = i;
            break;
        }

        for (var i = last - 1; i >= start && (string.IsNullOrWhiteSpace(lines[i]) || IsAdvertisement(lines[i])); i--) kinds[i] = LineKind.Signature;
    }

    private static bool IsDelimiter(string line, int behind) => line is "-- " || (line is "--" or "--\u00A0" && behind <= MostLines);

    private static int Written(string[] lines, int from, int to)
    {
        var written = 0;
        for (var i = from; i < to && written <= MostLines; i++)
            if (!string.IsNullOrWhiteSpace(lines[i])) written++;
        return written;
    }

    private static bool IsAdvertisement(string line)
    {
        var text = line.Trim(' ', '\t', '\u00A0', '|', '*', '-', '—', '_');
        return text.Length is > 0 and <= LongestAdvertisement && Advertisement.IsMatch(text);
    }
}
