using System;

namespace MgLicense.PowerShell;

/// <summary>A text can't be sent as it is.</summary>
internal sealed class MalformedTextException() : ArgumentException(
    "A text holds half of a surrogate pair, a character that was cut in two, and can't be sent like this. Nothing was sent.");
