using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Security.Authentication;
using System.Text;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Runtime;

namespace MgLicense.PowerShell;

/// <summary>The one place where failures become error records, in the form the Graph SDK gives them.</summary>
internal static class ErrorRecords
{
    private const int HeaderColumn = 30;

    internal static ErrorRecord Make(GraphFailure failure, object? target) => failure.Kind switch
    {
        "service" when failure.ResponseBody is not null => Undeclared(failure, target),
        "service" => Refusal(failure, target),

        // A page size out of range has, as in the SDK, an id that says nothing.
        "argument" when failure.Terminating =>
            Advised(new ArgumentException(failure.Message), Guid.NewGuid().ToString(), ErrorCategory.InvalidArgument, failure, target),
        "argument" => Advised(new ArgumentException(failure.Message), failure.Code, ErrorCategory.InvalidArgument, failure, target),
        // What was foreseen has the service's own words and id, but no answer stands behind it.
        "foreseen" => Advised(new Exception(Bracketed(failure)), failure.Code, ErrorCategory.InvalidOperation, failure, target),
        "name" => Advised(new Exception(Bracketed(failure)), failure.Code, ErrorCategory.InvalidArgument, failure, target),
        "tenant" or "run" => Advised(new Exception(failure.Message), failure.Code, ErrorCategory.ResourceUnavailable, failure, target),
        "cancelled" => Advised(new OperationCanceledException(failure.Message), "", ErrorCategory.NotSpecified, failure, target),

        // What isn't an answer of the service has no id of its own: the SDK leaves it empty, so that the class name stands alone.
        _ => Advised(new Exception(failure.Message), "", ErrorCategory.NotSpecified, failure, target),
    };

    /// <summary>
    /// The error of one row of many. The message stays the service's own; the advice, which the console shows with it, says
    /// whose it is.
    /// </summary>
    internal static ErrorRecord OfRow(GraphFailure failure, object? target)
    {
        var record = Make(failure, target);
        var row = $"Row {failure.Row?.ToString(CultureInfo.InvariantCulture)}{(failure.UserId is null ? "" : $", {failure.UserId}")}";
        record.ErrorDetails ??= new ErrorDetails(record.Exception.Message);
        record.ErrorDetails.RecommendedAction = failure.RecommendedAction is { Length: > 0 } action ? $"{row}: {action}" : $"{row}.";
        return record;
    }

    /// <summary>The error of a sign-in that failed: one sentence on what happened and one on what to do, without an id, as in the SDK.</summary>
    internal static ErrorRecord SignIn(GraphFailure failure)
    {
        var message = failure.RecommendedAction is { Length: > 0 } action ? $"{failure.Message.TrimEnd('.')}. {action}" : failure.Message;
        var exception = new AuthenticationException(message);
        exception.Data["Code"] = failure.Code;
        return new ErrorRecord(exception, "", ErrorCategory.NotSpecified, null);
    }

    /// <summary>The error of a native library that can't be used.</summary>
    internal static ErrorRecord Make(NativeLibraryException exception, object? target) =>
        new(exception, exception.Code, ErrorCategory.NotInstalled, target);

    /// <summary>The error of an identity that lacks an id which the command's path needs.</summary>
    internal static ErrorRecord MissingId(string property, object? identity) => new(
        new Exception($"InputObject has null value for InputObject.{property}"),
        "",
        ErrorCategory.InvalidArgument,
        identity);

    /// <summary>The error of an input object that fits no parameter, as PowerShell itself gives it.</summary>
    internal static ErrorRecord NotBound(object? input) => new(
        new ParameterBindingException(
            "The input object cannot be bound to any parameters for the command either because the command does not take pipeline input "
            + "or the input and its properties do not match any of the parameters that take pipeline input."),
        "InputObjectNotBound",
        ErrorCategory.InvalidArgument,
        input);

    private static ErrorRecord Refusal(GraphFailure failure, object? target)
    {
        var record = new ErrorRecord(WithData(new Exception(Bracketed(failure)), failure), failure.Code, ErrorCategory.InvalidOperation, target)
        {
            ErrorDetails = new ErrorDetails(Details(failure)) { RecommendedAction = failure.RecommendedAction },
        };
        return record;
    }

    private static ErrorRecord Undeclared(GraphFailure failure, object? target)
    {
        var exception = new RestException(failure.Code, failure.Status ?? 0, Bracketed(failure), failure.ResponseBody);
        return new ErrorRecord(WithData(exception, failure), failure.Code, ErrorCategory.InvalidOperation, target)
        {
            ErrorDetails = new ErrorDetails(Details(failure)) { RecommendedAction = failure.RecommendedAction },
        };
    }

    private static ErrorRecord Advised(Exception exception, string id, ErrorCategory category, GraphFailure failure, object? target)
    {
        var record = new ErrorRecord(exception, id, category, target);
        if (failure.RecommendedAction is { Length: > 0 } action)
        {
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action };
        }

        return record;
    }

    private static string Bracketed(GraphFailure failure) => $"[{failure.Code}] : {failure.Message}";

    private static Exception WithData(Exception exception, GraphFailure failure)
    {
        exception.Data["StatusCode"] = failure.Status;
        exception.Data["RequestId"] = failure.RequestId;
        return exception;
    }

    /// <summary>What the console shows: the service's message, then status, code, date and headers, each on its line.</summary>
    private static string Details(GraphFailure failure)
    {
        var text = new StringBuilder(failure.Message).AppendLine().AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Status: {failure.Status} ({failure.Reason})");
        text.AppendLine(CultureInfo.InvariantCulture, $"ErrorCode: {failure.Code}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Date: {failure.Date}").AppendLine();
        text.AppendLine("Headers:");
        foreach (var (name, values) in HeaderPairs.ToDictionary(failure.Headers))
        {
            text.Append(name.PadRight(HeaderColumn)).Append(": ").AppendJoin(",", values).AppendLine();
        }

        return text.ToString();
    }
}
