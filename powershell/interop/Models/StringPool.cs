using System;
using System.Text;

namespace MgLicense.PowerShell;

/// <summary>
/// Gives the same string for the same short text, for values that repeat from object to object: product and plan
/// ids, states, countries, names of properties. A tenant of 50,000 users holds a handful of each.
/// </summary>
internal static class StringPool
{
    private const int Slots = 2048;
    private const int LongestText = 64;

    // Threads may race for a slot; the loser's string is merely not shared.
    private static readonly string?[] Texts = new string?[Slots];

    /// <summary>The text of the bytes, which are UTF-8 without JSON escapes.</summary>
    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestText)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref string? slot = ref Texts[Hash(utf8) & (Slots - 1)];
        string? text = slot;
        if (text is null || !Ascii.Equals(utf8, text))
        {
            text = Encoding.UTF8.GetString(utf8);
            slot = text;
        }

        return text;
    }

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = 2166136261;
        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)(hash ^ (hash >> 15));
    }
}
