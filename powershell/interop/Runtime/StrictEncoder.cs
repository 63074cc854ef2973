using System.Text;
using System.Text.Encodings.Web;

namespace MgLicense.PowerShell;

/// <summary>
/// Escapes JSON as little as it may, and refuses half of a surrogate pair: it has no UTF-8 form, and the usual encoder
/// would put another character in its place without a word.
/// </summary>
internal sealed class StrictEncoder : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder Inner = UnsafeRelaxedJsonEscaping;

    private StrictEncoder()
    {
    }

    internal static StrictEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => Inner.MaxOutputCharactersPerInputCharacter;

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength) => Inner.FindFirstCharacterToEncode(text, textLength);

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        // The replacement character itself needs no escape, so being asked for one means that it stands in for a half.
        if (unicodeScalar == Rune.ReplacementChar.Value)
        {
            throw new MalformedTextException();
        }

        return Inner.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
    }

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => Inner.WillEncode(unicodeScalar);
}
