# Makes help: texts from the tables and the files in help/, everything else from the commands themselves.

function Get-MgTableHelp {
    <#
    .SYNOPSIS
        The help texts of a command of the table.
    #>
    param([object] $Command, [object] $Tables)

    $parameters = @{}
    foreach ($parameter in $Command.Parameters.Values) {
        $parameters[$parameter.Name] = $parameter.Help
    }
    if ($Command.Writes) {
        'WhatIf', 'Confirm' | ForEach-Object { $parameters[$_] = $Tables.Parameters.Shared[$_] }
    }
    [pscustomobject] @{
        Name        = $Command.Name
        Module      = $Command.Module
        Synopsis    = $Command.Entry.Synopsis
        Description = $Command.Entry.Description
        Parameters  = $parameters
        Examples    = @($Command.Entry.Examples.ForEach({ [pscustomobject] @{ Code = $_.Code; Text = $_.Text } }))
    }
}

function Read-MgHelpText {
    <#
    .SYNOPSIS
        The help texts of one file in the form of comment-based help.
    #>
    param([string] $Path, [string] $Name)

    $help = [pscustomobject] @{ Name = $Name; Module = 'MgLicense'; Synopsis = ''; Description = ''; Parameters = @{}; Examples = [System.Collections.Generic.List[object]]::new() }
    foreach ($section in [regex]::Matches([System.IO.File]::ReadAllText($Path), '(?ms)^\.([A-Z]+)[ \t]*(\S*)\r?\n(.*?)(?=^\.[A-Z]+\b|\z)')) {
        $text = $section.Groups[3].Value.Trim()
        switch ($section.Groups[1].Value) {
            'SYNOPSIS' { $help.Synopsis = $text }
            'DESCRIPTION' { $help.Description = $text }
            'PARAMETER' { $help.Parameters[$section.Groups[2].Value] = $text }
            'EXAMPLE' {
                $code, $remark = $text -split '(?:\r?\n){2,}', 2
                $help.Examples.Add([pscustomobject] @{ Code = $code; Text = $remark })
            }
            default { throw "$Path has the unknown section .$_." }
        }
    }
    $help
}

function Get-MgOwnParameter {
    <#
    .SYNOPSIS
        The parameters of a command but for the common ones.
    #>
    param([System.Management.Automation.CommandInfo] $Command)

    $Command.Parameters.Values.Where({ $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters })
}

function Test-MgHelp {
    <#
    .SYNOPSIS
        What is missing in, or too much of, the help of a command; nothing if it is whole.
    #>
    param([object] $Help, [System.Management.Automation.CommandInfo] $Command)

    $there = @(Get-MgOwnParameter -Command $Command | ForEach-Object { $_.Name })
    foreach ($name in $there) {
        if (-not $Help.Parameters[$name]) {
            "$($Help.Name) -$name has no help."
        }
    }
    foreach ($name in $Help.Parameters.Keys) {
        if ($name -notin $there) {
            "$($Help.Name) has help for -$name, which is no parameter of it."
        }
    }
    foreach ($part in 'Synopsis', 'Description', 'Examples') {
        if (-not $Help.$part) {
            "$($Help.Name) has no $($part.ToLowerInvariant())."
        }
    }
    foreach ($example in $Help.Examples) {
        if (-not $example.Text) {
            "$($Help.Name) has an example that does not say what it does: $($example.Code)"
        }
    }
}

function Write-MgHelpFile {
    <#
    .SYNOPSIS
        One file of help in the form Get-Help reads.
    #>
    param([object[]] $Help, [string] $Path)

    $settings = [System.Xml.XmlWriterSettings]::new()
    $settings.Indent = $true
    $settings.Encoding = [System.Text.UTF8Encoding]::new($false)
    $settings.NewLineChars = "`n"
    $xml = [System.Xml.XmlWriter]::Create($Path, $settings)
    try {
        $xml.WriteStartDocument()
        $xml.WriteStartElement('helpItems', 'http://msh')
        $xml.WriteAttributeString('schema', 'maml')
        foreach ($item in $Help) {
            Write-MgCommandHelp -Xml $xml -Help $item -Command (Get-Command -Name "$($item.Module)\$($item.Name)")
        }
        $xml.WriteEndElement()
        $xml.WriteEndDocument()
    } finally {
        $xml.Dispose()
    }
}

$script:MgMaml = 'http://schemas.microsoft.com/maml/2004/10'
$script:MgCommand = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$script:MgDev = 'http://schemas.microsoft.com/maml/dev/2004/10'

function Write-MgCommandHelp {
    <#
    .SYNOPSIS
        The help of one command.
    #>
    param([System.Xml.XmlWriter] $Xml, [object] $Help, [System.Management.Automation.CommandInfo] $Command)

    $Xml.WriteStartElement('command', 'command', $script:MgCommand)
    $Xml.WriteAttributeString('xmlns', 'maml', $null, $script:MgMaml)
    $Xml.WriteAttributeString('xmlns', 'dev', $null, $script:MgDev)

    $Xml.WriteStartElement('command', 'details', $script:MgCommand)
    $Xml.WriteElementString('command', 'name', $script:MgCommand, $Help.Name)
    Write-MgParagraph -Xml $Xml -Element 'description' -Text $Help.Synopsis
    $Xml.WriteElementString('command', 'verb', $script:MgCommand, ($Help.Name -split '-')[0])
    $Xml.WriteElementString('command', 'noun', $script:MgCommand, ($Help.Name -split '-')[1])
    $Xml.WriteEndElement()
    Write-MgParagraph -Xml $Xml -Element 'description' -Text $Help.Description

    $Xml.WriteStartElement('command', 'syntax', $script:MgCommand)
    foreach ($set in $Command.ParameterSets | Sort-Object -Property @{ Expression = 'IsDefault'; Descending = $true }, Name) {
        $Xml.WriteStartElement('command', 'syntaxItem', $script:MgCommand)
        $Xml.WriteElementString('maml', 'name', $script:MgMaml, $Help.Name)
        $shown = $set.Parameters.Where({ $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters -and -not (Test-MgHidden -Command $Command -Name $_.Name) })
        foreach ($parameter in $shown | Sort-Object -Property @{ Expression = 'IsMandatory'; Descending = $true }, Name) {
            Write-MgParameter -Xml $Xml -Parameter $parameter
        }
        $Xml.WriteEndElement()
    }
    $Xml.WriteEndElement()

    $Xml.WriteStartElement('command', 'parameters', $script:MgCommand)
    foreach ($parameter in Get-MgOwnParameter -Command $Command | Sort-Object -Property Name) {
        $inSets = $Command.ParameterSets.ForEach({ $_.Parameters.Where({ $_.Name -eq $parameter.Name }) })
        Write-MgParameter -Xml $Xml -Parameter $inSets[0] -Text $Help.Parameters[$parameter.Name] -IsMandatory ($inSets.IsMandatory -contains $true)
    }
    $Xml.WriteEndElement()

    $Xml.WriteStartElement('command', 'returnValues', $script:MgCommand)
    foreach ($type in $Command.OutputType) {
        $Xml.WriteStartElement('command', 'returnValue', $script:MgCommand)
        $Xml.WriteStartElement('dev', 'type', $script:MgDev)
        $Xml.WriteElementString('maml', 'name', $script:MgMaml, $type.Name)
        $Xml.WriteEndElement()
        $Xml.WriteEndElement()
    }
    $Xml.WriteEndElement()

    $Xml.WriteStartElement('command', 'examples', $script:MgCommand)
    for ($i = 0; $i -lt $Help.Examples.Count; $i++) {
        $Xml.WriteStartElement('command', 'example', $script:MgCommand)
        $Xml.WriteElementString('maml', 'title', $script:MgMaml, "-------------------------- Example $($i + 1) --------------------------")
        $Xml.WriteElementString('dev', 'code', $script:MgDev, $Help.Examples[$i].Code)
        $Xml.WriteStartElement('dev', 'remarks', $script:MgDev)
        $Xml.WriteElementString('maml', 'para', $script:MgMaml, $Help.Examples[$i].Text)
        $Xml.WriteEndElement()
        $Xml.WriteEndElement()
    }
    $Xml.WriteEndElement()
    $Xml.WriteEndElement()
}

function Test-MgHidden {
    <#
    .SYNOPSIS
        Whether a parameter is left out of completion and syntax.
    #>
    param([System.Management.Automation.CommandInfo] $Command, [string] $Name)

    [bool] $Command.Parameters[$Name].Attributes.Where({ $_ -is [System.Management.Automation.ParameterAttribute] -and $_.DontShow })
}

function Write-MgParagraph {
    <#
    .SYNOPSIS
        Text, cut into paragraphs at empty lines.
    #>
    param([System.Xml.XmlWriter] $Xml, [string] $Element, [string] $Text)

    $Xml.WriteStartElement('maml', $Element, $script:MgMaml)
    foreach ($paragraph in $Text -split '(?:\r?\n){2,}') {
        $Xml.WriteElementString('maml', 'para', $script:MgMaml, ($paragraph -replace '\r?\n', ' '))
    }
    $Xml.WriteEndElement()
}

function Write-MgParameter {
    <#
    .SYNOPSIS
        One parameter: in the syntax without a text, in the list of parameters with one.
    #>
    param([System.Xml.XmlWriter] $Xml, [System.Management.Automation.CommandParameterInfo] $Parameter, [string] $Text, [bool] $IsMandatory = $Parameter.IsMandatory)

    $type = [Microsoft.PowerShell.ToStringCodeMethods]::Type($Parameter.ParameterType) -replace '^.*\.'
    $Xml.WriteStartElement('command', 'parameter', $script:MgCommand)
    $Xml.WriteAttributeString('required', $IsMandatory.ToString().ToLowerInvariant())
    $Xml.WriteAttributeString('globbing', 'false')
    $Xml.WriteAttributeString('pipelineInput', ($Parameter.ValueFromPipeline ? 'True (ByValue)' : $Parameter.ValueFromPipelineByPropertyName ? 'True (ByPropertyName)' : 'False'))
    $Xml.WriteAttributeString('position', ($Parameter.Position -lt 0 ? 'named' : "$($Parameter.Position)"))
    $Xml.WriteAttributeString('aliases', ($Parameter.Aliases.Count ? $Parameter.Aliases -join ', ' : 'none'))
    $Xml.WriteElementString('maml', 'name', $script:MgMaml, $Parameter.Name)
    if ($Text) {
        Write-MgParagraph -Xml $Xml -Element 'description' -Text $Text
    }
    if ($Parameter.ParameterType -ne [switch]) {
        $Xml.WriteStartElement('command', 'parameterValue', $script:MgCommand)
        $Xml.WriteAttributeString('required', 'true')
        $Xml.WriteString($type)
        $Xml.WriteEndElement()
    }
    $Xml.WriteStartElement('dev', 'type', $script:MgDev)
    $Xml.WriteElementString('maml', 'name', $script:MgMaml, $type)
    $Xml.WriteEndElement()
    $Xml.WriteEndElement()
}
