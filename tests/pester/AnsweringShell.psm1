# A shell with a person in front of it: answers questions as told, and keeps what was asked and written. For tests of
# -WhatIf, -Confirm and progress, which go to the host and to no stream.

# The methods run on whatever runspace asks, not only on the one that defined the class.
[NoRunspaceAffinity()]
class AnsweringRawUI : System.Management.Automation.Host.PSHostRawUserInterface {
    [System.ConsoleColor] $Foreground = 'Gray'
    [System.ConsoleColor] $Background = 'Black'
    [System.ConsoleColor] get_ForegroundColor() { return $this.Foreground }
    [void] set_ForegroundColor([System.ConsoleColor] $value) { $this.Foreground = $value }
    [System.ConsoleColor] get_BackgroundColor() { return $this.Background }
    [void] set_BackgroundColor([System.ConsoleColor] $value) { $this.Background = $value }
    [System.Management.Automation.Host.Coordinates] get_CursorPosition() { return [System.Management.Automation.Host.Coordinates]::new(0, 0) }
    [void] set_CursorPosition([System.Management.Automation.Host.Coordinates] $value) { }
    [System.Management.Automation.Host.Coordinates] get_WindowPosition() { return [System.Management.Automation.Host.Coordinates]::new(0, 0) }
    [void] set_WindowPosition([System.Management.Automation.Host.Coordinates] $value) { }
    [int] get_CursorSize() { return 1 }
    [void] set_CursorSize([int] $value) { }
    [System.Management.Automation.Host.Size] get_BufferSize() { return [System.Management.Automation.Host.Size]::new(500, 500) }
    [void] set_BufferSize([System.Management.Automation.Host.Size] $value) { }
    [System.Management.Automation.Host.Size] get_WindowSize() { return [System.Management.Automation.Host.Size]::new(500, 500) }
    [void] set_WindowSize([System.Management.Automation.Host.Size] $value) { }
    [System.Management.Automation.Host.Size] get_MaxWindowSize() { return [System.Management.Automation.Host.Size]::new(500, 500) }
    [System.Management.Automation.Host.Size] get_MaxPhysicalWindowSize() { return [System.Management.Automation.Host.Size]::new(500, 500) }
    [bool] get_KeyAvailable() { return $false }
    [string] get_WindowTitle() { return '' }
    [void] set_WindowTitle([string] $value) { }
    [System.Management.Automation.Host.KeyInfo] ReadKey([System.Management.Automation.Host.ReadKeyOptions] $options) { throw 'nobody presses a key' }
    [void] FlushInputBuffer() { }
    [void] SetBufferContents([System.Management.Automation.Host.Coordinates] $origin, [System.Management.Automation.Host.BufferCell[, ]] $contents) { }
    [void] SetBufferContents([System.Management.Automation.Host.Rectangle] $rectangle, [System.Management.Automation.Host.BufferCell] $fill) { }
    [System.Management.Automation.Host.BufferCell[, ]] GetBufferContents([System.Management.Automation.Host.Rectangle] $rectangle) { throw 'there is no screen' }
    [void] ScrollBufferContents([System.Management.Automation.Host.Rectangle] $source, [System.Management.Automation.Host.Coordinates] $destination, [System.Management.Automation.Host.Rectangle] $clip, [System.Management.Automation.Host.BufferCell] $fill) { }
}

[NoRunspaceAffinity()]
class AnsweringUI : System.Management.Automation.Host.PSHostUserInterface {
    # What was written, a line each.
    [System.Collections.Generic.List[string]] $Text = @()
    # What was asked, with its text.
    [System.Collections.Generic.List[string]] $Questions = @()
    [System.Collections.Generic.List[string]] $Progress = @()
    # The choice that is made: of a confirmation, 0 is yes and 2 is no.
    [int] $Answer = 0
    hidden [AnsweringRawUI] $Raw = [AnsweringRawUI]::new()

    [System.Management.Automation.Host.PSHostRawUserInterface] get_RawUI() { return $this.Raw }
    [string] ReadLine() { throw 'nobody writes a line' }
    [securestring] ReadLineAsSecureString() { throw 'nobody writes a line' }
    [void] Write([string] $value) { $this.Text.Add($value) }
    [void] Write([System.ConsoleColor] $foreground, [System.ConsoleColor] $background, [string] $value) { $this.Text.Add($value) }
    [void] WriteLine([string] $value) { $this.Text.Add($value) }
    [void] WriteErrorLine([string] $value) { $this.Text.Add($value) }
    [void] WriteDebugLine([string] $message) { $this.Text.Add("DEBUG: $message") }
    [void] WriteVerboseLine([string] $message) { $this.Text.Add("VERBOSE: $message") }
    [void] WriteWarningLine([string] $message) { $this.Text.Add("WARNING: $message") }
    [void] WriteProgress([long] $sourceId, [System.Management.Automation.ProgressRecord] $record) { $this.Progress.Add($record.ToString()) }
    [System.Collections.Generic.Dictionary[string, psobject]] Prompt([string] $caption, [string] $message, [System.Collections.ObjectModel.Collection[System.Management.Automation.Host.FieldDescription]] $descriptions) { throw 'nobody fills in a form' }
    [pscredential] PromptForCredential([string] $caption, [string] $message, [string] $userName, [string] $targetName) { throw 'nobody signs in' }
    [pscredential] PromptForCredential([string] $caption, [string] $message, [string] $userName, [string] $targetName, [System.Management.Automation.PSCredentialTypes] $types, [System.Management.Automation.PSCredentialUIOptions] $options) { throw 'nobody signs in' }
    [int] PromptForChoice([string] $caption, [string] $message, [System.Collections.ObjectModel.Collection[System.Management.Automation.Host.ChoiceDescription]] $choices, [int] $default) {
        $this.Questions.Add("$caption`n$message")
        return $this.Answer
    }
}

[NoRunspaceAffinity()]
class AnsweringHost : System.Management.Automation.Host.PSHost {
    hidden [guid] $Id = [guid]::NewGuid()
    hidden [AnsweringUI] $Interface = [AnsweringUI]::new()

    [string] get_Name() { return 'AnsweringHost' }
    [version] get_Version() { return [version] '1.0' }
    [guid] get_InstanceId() { return $this.Id }
    [System.Management.Automation.Host.PSHostUserInterface] get_UI() { return $this.Interface }
    [cultureinfo] get_CurrentCulture() { return [cultureinfo]::InvariantCulture }
    [cultureinfo] get_CurrentUICulture() { return [cultureinfo]::InvariantCulture }
    [void] SetShouldExit([int] $exitCode) { }
    [void] EnterNestedPrompt() { throw 'nobody suspends' }
    [void] ExitNestedPrompt() { }
    [void] NotifyBeginApplication() { }
    [void] NotifyEndApplication() { }
}

# A shell with a host of its own and the module. Gives .Runspace, to be disposed, and .UI, where what was written and
# asked is found and the answer is set.
function New-AnsweringShell {
    param([Parameter(Mandatory)] [string] $Module)
    $person = [AnsweringHost]::new()
    $state = [initialsessionstate]::CreateDefault2()
    $state.ThreadOptions = 'UseCurrentThread'
    $runspace = [runspacefactory]::CreateRunspace($person, $state)
    $runspace.Open()
    $shell = [pscustomobject]@{ Runspace = $runspace; UI = $person.UI }
    Invoke-AnsweringShell $shell "Import-Module '$($Module.Replace("'", "''"))'"
    $shell
}

# Runs a script there and gives its output. An error that stops it is thrown here; the others are left in $Error there.
function Invoke-AnsweringShell {
    param([Parameter(Mandatory, Position = 0)] $Shell, [Parameter(Mandatory, Position = 1)] [string] $Script)
    $call = [powershell]::Create()
    $call.Runspace = $Shell.Runspace
    try {
        $call.AddScript($Script).Invoke()
    } finally {
        $call.Dispose()
    }
}

Export-ModuleMember -Function New-AnsweringShell, Invoke-AnsweringShell
