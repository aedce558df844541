namespace PPMessage.Mail;

/// <summary>
/// Looks for headers that are folded into more lines than any program writes: reading one takes MimeKit time by the square of its lines, so that one small
/// mail could hold a processor for hours. One pass over the bytes, constant memory.
/// </summary>
internal static class Folds
{
    /// <summary>A References header of a thousand answers has a fifth of that.</summary>
    public const int Most = 5000;

    public static bool AreExcessive(Stream mime)
    {
        mime.Position = 0;
        var buffer = new byte[64 * 1024];
        var lines = new Lines();
        for (int length; (length = mime.Read(buffer)) > 0;)
            foreach (var one in buffer.AsSpan(0, length))
                if (lines.Take(one) > Most) return true;
        return false;
    }

    /// <summary>
    /// Counts how many lines in succession go on with a line that begins as a header does, wherever in the mail: bodies are parts, and parts may be mails.
    /// </summary>
    private struct Lines()
    {
        private bool _atStart = true;
        private bool _isFold;
        private bool _isName;
        private bool _isHeader;
        private bool _goesOn;
        private int _folds;

        public int Take(byte one)
        {
            if (one == '\n') End();
            else if (_atStart) Begin(one);
            else if (_isName) Name(one);
            return _folds;
        }

        private void Begin(byte one)
        {
            _isFold = one is (byte)' ' or (byte)'\t';
            _isName = !_isFold;
            _atStart = false;
            Name(one);
        }

        // RFC 5322, 3.6.8: printable ASCII without the colon that ends it. Blanks before that colon are obsolete, and read nevertheless.
        private void Name(byte one)
        {
            if (one == ':') (_isHeader, _isName) = (_isName, false);
            else if (one is < (byte)' ' or > (byte)'~') _isName = false;
        }

        private void End()
        {
            (_goesOn, _folds) = _isFold ? (_goesOn, _goesOn ? _folds + 1 : 0) : (_isHeader, 0);
            (_atStart, _isFold, _isName, _isHeader) = (true, false, false, false);
        }
    }
}
