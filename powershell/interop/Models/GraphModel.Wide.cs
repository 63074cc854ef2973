using System;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>How a class of very many properties keeps them: those that have a value, once somebody looks.</summary>
public abstract partial class GraphModel
{
    private static readonly object BoxedTrue = true;
    private static readonly object BoxedFalse = false;

    /// <summary>Where a wide class keeps the properties that have a value; few of its many do.</summary>
    private Slot[]? slots;

    private int slotCount;

    /// <summary>The object as the service sent it, as long as nobody has looked at it.</summary>
    private volatile byte[]? unread;

    private bool reading;

    /// <summary>Whether the class keeps only the properties that have a value.</summary>
    private protected virtual bool IsWide => false;

    /// <summary>
    /// Keeps an object that is known to be JSON until somebody looks at it: most scripts drop what a change answers. False
    /// where the class does not wait.
    /// </summary>
    internal bool TryKeepUnread(ReadOnlySpan<byte> json)
    {
        if (!IsWide || !json.StartsWith("{"u8))
        {
            return false;
        }

        unread = json.ToArray();
        return true;
    }

    /// <summary>Reads what was kept unread, before the first look at it.</summary>
    private protected void ReadUnread()
    {
        if (unread is not { } kept)
        {
            return;
        }

        // Objects go to other threads, as with ForEach-Object -Parallel: whoever comes second waits for the first.
        lock (kept)
        {
            if (unread is null || reading)
            {
                return;
            }

            reading = true;
            try
            {
                Utf8JsonReader json = new(kept);
                json.Read();
                ReadProperties(ref json);
            }
            finally
            {
                reading = false;
                unread = null;
            }
        }
    }

    /// <summary>A property of a wide class that is an object; null if it has no value.</summary>
    private protected T? GetObject<T>(int place)
        where T : class => (T?)FindSlot(place);

    /// <summary>A property of a wide class that is a value; null if it has none.</summary>
    private protected T? GetValue<T>(int place)
        where T : struct => (T?)FindSlot(place);

    /// <summary>Sets a property of a wide class.</summary>
    private protected void SetSlot(int place, object? value)
    {
        ReadUnread();
        for (int index = 0; index < slotCount; index++)
        {
            if (slots![index].Place == place)
            {
                slots[index].Value = value;
                return;
            }
        }

        if (value is null)
        {
            return;
        }

        if (slots is null)
        {
            slots = new Slot[8];
        }
        else if (slotCount == slots.Length)
        {
            Array.Resize(ref slots, slotCount + 8);
        }

        slots[slotCount++] = new Slot(place, value);
    }

    /// <summary>Sets a yes or no of a wide class, without an object for each.</summary>
    private protected void SetSlot(int place, bool? value) =>
        SetSlot(place, value is null ? null : value.Value ? BoxedTrue : BoxedFalse);

    private object? FindSlot(int place)
    {
        ReadUnread();
        for (int index = 0; index < slotCount; index++)
        {
            if (slots![index].Place == place)
            {
                return slots[index].Value;
            }
        }

        return null;
    }

    private struct Slot(int place, object? value)
    {
        public readonly int Place = place;
        public object? Value = value;
    }
}
