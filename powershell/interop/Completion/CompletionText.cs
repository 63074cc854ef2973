using System;
using System.Linq;

namespace MgLicense.PowerShell.Completion;

/// <summary>Words as they stand on a command line.</summary>
internal static class CompletionText
{
    /// <summary>The word without the quotes it may begin and end with.</summary>
    internal static string Unquote(string? word) => (word ?? "").Trim().Trim('\'', '"');

    /// <summary>The word, quoted where PowerShell would otherwise read it as more than one, or as something else.</summary>
    internal static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or '\\' or ':')
            ? word
            : $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
}
