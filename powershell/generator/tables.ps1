# Reads the tables and works out what they leave unsaid.

function Read-MgTable {
    <#
    .SYNOPSIS
        Reads all tables into one object: Models, Identities, Bodies, Commands, Own, Parameters, Views.
    #>
    param(
        [Parameter(Mandatory)]
        [string] $Path
    )

    $tables = [pscustomobject] @{
        Models     = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
        Bodies     = @()
        Commands   = @()
        Own        = Import-PowerShellDataFile -LiteralPath (Join-Path $Path 'commands' 'own.psd1')
        Parameters = Import-PowerShellDataFile -LiteralPath (Join-Path $Path 'commands' 'parameters.psd1')
        Views      = Import-PowerShellDataFile -LiteralPath (Join-Path $Path 'views' 'views.psd1')
    }
    foreach ($file in Get-ChildItem -LiteralPath (Join-Path $Path 'models') -Filter '*.psd1') {
        $data = Import-PowerShellDataFile -LiteralPath $file.FullName -SkipLimitCheck
        if ($file.BaseName -eq 'opaque') {
            $what = @{ Help = 'An object of which only the id has a property of its own.'; Extends = 'MicrosoftGraphEntity'; Properties = @{} }
            # No command writes these, so a view of them would only make the import slower.
            $data.Names.ForEach({ $tables.Models.Add($_, (ConvertTo-MgModel -Name $_ -Entry ($what + @{ Columns = @() }) -Source $file.Name)) })
        } else {
            $data.Keys.ForEach({ $tables.Models.Add($_, (ConvertTo-MgModel -Name $_ -Entry $data[$_] -Source $file.Name)) })
        }
    }
    foreach ($model in $tables.Models.Values) {
        Complete-MgModel -Model $model -Models $tables.Models
    }

    $commands = foreach ($file in Get-ChildItem -LiteralPath (Join-Path $Path 'commands') -Filter '*.psd1' -Exclude 'own.psd1', 'parameters.psd1') {
        $data = Import-PowerShellDataFile -LiteralPath $file.FullName -SkipLimitCheck
        foreach ($name in $data.Keys) {
            foreach ($named in @($name; $data[$name]['AlsoNamed'] ?? @())) {
                ConvertTo-MgCommand -Name $named -Entry (Rename-MgEntry -Entry $data[$name] -From $name -To $named) -Tables $tables -Source $file.Name
            }
        }
    }
    $tables.Commands = @($commands | Sort-Object -Property Name)
    $expanded = $tables.Commands.Where({ $_.Sets.Where({ $_.IsExpanded }) })
    $tables.Bodies = @($expanded.ForEach({ $_.Entry.Body }) | Sort-Object -Unique)
    $tables
}

function ConvertTo-MgModel {
    <#
    .SYNOPSIS
        Makes one model of its entry; the properties it inherits come later.
    #>
    param([string] $Name, [hashtable] $Entry, [string] $Source)

    $properties = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
    if ($Entry.ContainsKey('Ids')) {
        $Entry.Ids.ForEach({ $properties.Add($_, [pscustomobject] @{ Name = $_; Type = 'string'; Help = "Id of the $_."; Wire = Get-MgWireName $_ }) })
    } else {
        foreach ($key in $Entry.Properties.Keys) {
            # 'string: text', or 'string as @odata.id: text' where the name on the wire is another one.
            $type, $help = $Entry.Properties[$key] -split ':\s*', 2
            $type, $wire = $type -split ' as ', 2
            $properties.Add($key, [pscustomobject] @{ Name = $key; Type = $type; Help = $help; Wire = $wire ?? (Get-MgWireName $key) })
        }
    }
    [pscustomobject] @{
        Name       = $Name
        Help       = $Entry.Help
        Extends    = $Entry['Extends']
        IsIdentity = $Entry.ContainsKey('Ids')
        IsClosed   = [bool] $Entry['Closed']
        FromText   = $Entry['FromText']
        Columns    = $Entry['Columns']
        Own        = @($properties.Values)
        Properties = $properties
        Source     = $Source
    }
}

function Complete-MgModel {
    <#
    .SYNOPSIS
        Adds the properties of what a model extends, and checks that every type it names is there.
    #>
    param([object] $Model, [System.Collections.Generic.IDictionary[string, object]] $Models)

    for ($parent = $Model.Extends; $parent; $parent = $Models[$parent].Extends) {
        if (-not $Models.ContainsKey($parent)) {
            throw "$($Model.Source): $($Model.Name) extends $parent, which is no model."
        }
        foreach ($property in $Models[$parent].Own) {
            $Model.Properties[$property.Name] = $property
        }
    }
    foreach ($property in $Model.Properties.Values) {
        if (-not (Get-MgType -Name $property.Type -Models $Models)) {
            throw "$($Model.Source): property $($property.Name) of $($Model.Name) has the unknown type '$($property.Type)'."
        }
    }
    if ($null -eq $Model.Columns -and -not $Model.IsIdentity) {
        $plain = $Model.Properties.Values.Where({ (Get-MgType -Name $_.Type -Models $Models).IsPlain -and $_.Name -ne 'Id' }).ForEach({ $_.Name })
        $Model.Columns = @($Model.Properties.ContainsKey('Id') ? 'Id' : @()) + @($plain)
    }
}

# Class: the type of a property in C#. Parameter: the type of a parameter in PowerShell. Read: the code that reads it.
$script:MgPlainTypes = @{
    string    = @{ Class = 'string?'; Parameter = 'string'; Read = 'GraphJson.ReadString(ref json)'; IsPlain = $true }
    word      = @{ Class = 'string?'; Parameter = 'string'; Read = 'GraphJson.ReadWord(ref json)'; IsPlain = $true }
    strings   = @{ Class = 'string[]?'; Parameter = 'string[]'; Read = 'GraphJson.ReadStrings(ref json)'; IsPlain = $true }
    words     = @{ Class = 'string[]?'; Parameter = 'string[]'; Read = 'GraphJson.ReadWords(ref json)'; IsPlain = $true }
    bool      = @{ Class = 'bool?'; Parameter = 'switch'; Read = 'GraphJson.ReadBoolean(ref json)'; IsPlain = $true }
    int       = @{ Class = 'int?'; Parameter = 'int'; Read = 'GraphJson.ReadInt32(ref json)'; IsPlain = $true }
    datetime  = @{ Class = 'DateTime?'; Parameter = 'datetime'; Read = 'GraphJson.ReadDateTime(ref json)'; IsPlain = $true }
    hashtable = @{ Class = 'Hashtable?'; Parameter = 'hashtable'; Read = 'GraphJson.ReadHashtable(ref json)'; IsPlain = $false }
}

function Get-MgType {
    <#
    .SYNOPSIS
        What a type of the model table is in C# and in PowerShell; nothing for an unknown one.
    #>
    param([string] $Name, [System.Collections.Generic.IDictionary[string, object]] $Models)

    if ($script:MgPlainTypes.ContainsKey($Name)) {
        return $script:MgPlainTypes[$Name]
    }
    $model = $Name -replace '\[\]$'
    if (-not $Models.ContainsKey($model)) {
        return
    }
    if ($Name.EndsWith('[]')) {
        return @{
            Class     = "I$model[]?"
            Parameter = "Microsoft.Graph.PowerShell.Models.I$model[]"
            Read      = "GraphJson.ReadModels<$model, I$model>(ref json)"
            IsPlain   = $false
        }
    }
    @{
        Class     = "I$model`?"
        Parameter = "Microsoft.Graph.PowerShell.Models.I$model"
        Read      = "GraphJson.ReadModel<$model>(ref json)"
        IsPlain   = $false
    }
}

function Get-MgWireName {
    <#
    .SYNOPSIS
        The name of a property on the wire: the same with a small first letter.
    #>
    param([string] $Name)

    $Name.Substring(0, 1).ToLowerInvariant() + $Name.Substring(1)
}

$script:MgMethods = @{
    List = 'GET'; Get = 'GET'; Create = 'POST'; Update = 'PATCH'; Delete = 'DELETE'; Assign = 'POST'; License = 'POST'; Restore = 'POST'; Revoke = 'POST'; Send = 'POST'
}

function Rename-MgEntry {
    <#
    .SYNOPSIS
        The entry as it is under another name: the same, but that its examples call the other name.
    #>
    param([hashtable] $Entry, [string] $From, [string] $To)

    $renamed = $Entry.Clone()
    $renamed.Examples = @($Entry.Examples.ForEach({ @{ Code = $_.Code.Replace($From, $To); Text = $_.Text } }))
    $renamed
}

function ConvertTo-MgCommand {
    <#
    .SYNOPSIS
        Makes one command of its entry: its sets, and for each set method, path and parameters.
    #>
    param([string] $Name, [hashtable] $Entry, [object] $Tables, [string] $Source)

    $known = 'Owner', 'AlsoNamed', 'Path', 'OperationPath', 'Operation', 'Sets', 'Extra', 'Without', 'Identity', 'Body', 'Reference', 'Mandatory', 'PassThru', 'Output', 'Own', 'Completers',
        'Parameters',
        'Synopsis', 'Description', 'Examples'
    foreach ($key in $Entry.Keys) {
        if ($key -notin $known) {
            throw "$Source`: $Name has the unknown key '$key'."
        }
    }
    foreach ($key in 'Body', 'Output') {
        if ($Entry[$key] -and -not $Tables.Models.ContainsKey($Entry[$key]) -and -not $script:MgPlainTypes.ContainsKey($Entry[$key])) {
            throw "$Source`: $key of $Name names $($Entry[$key]), which is no model."
        }
    }
    $verb, $noun = $Name -split '-', 2
    $command = [pscustomobject] @{
        Name       = $Name
        Verb       = $verb
        Noun       = $noun
        Entry      = $Entry
        Writes     = $false
        Sets       = @()
        Parameters = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
    }
    $command.Sets = @($Entry.Sets.ForEach({ ConvertTo-MgSet -Name $_ -Command $command -Tables $Tables }))
    $command.Writes = $command.Sets[0].Method -ne 'GET'
    Join-MgParameter -Command $command -Tables $Tables
    $command
}

function ConvertTo-MgSet {
    <#
    .SYNOPSIS
        Works out one parameter set from its name.
    #>
    param([string] $Name, [object] $Command, [object] $Tables)

    $entry = $Command.Entry
    $word = $script:MgMethods.Keys.Where({ $Name.StartsWith($_) }) | Sort-Object -Property Length -Descending | Select-Object -First 1
    if (-not $word) {
        throw "$($Command.Name): the set '$Name' begins with no word the generator knows ($($script:MgMethods.Keys -join ', '))."
    }
    $rest = $Name.Substring($word.Length)
    $isIdentity = $rest.StartsWith('ViaIdentity')
    $isExpanded = $rest.EndsWith('Expanded')
    $path = $entry.Path
    if ($word -eq 'List') {
        $path = $path -replace '/\{[^}]+\}(?=(/graph\.\w+)?$)'
    }
    $ids = [ordered] @{}
    foreach ($match in [regex]::Matches($path, '\{([^}]+)\}')) {
        $placeholder = $match.Groups[1].Value
        $pascal = -join ($placeholder -split '-').ForEach({ $_.Substring(0, 1).ToUpperInvariant() + $_.Substring(1) })
        $ids[$pascal] = $placeholder
    }

    # Name = @{ Type; Mandatory; Pipeline; Alias; Help }
    $parameters = [ordered] @{}
    if ($isIdentity) {
        $parameters['InputObject'] = @{ Type = "[Microsoft.Graph.PowerShell.Models.I$($entry.Identity)]"; Mandatory = $true; Pipeline = $true; Help = $Tables.Parameters.Shared.InputObject }
    } else {
        foreach ($id in $ids.Keys) {
            $help = $Tables.Parameters.Ids[$id]
            if (-not $help) {
                throw "$($Command.Name): parameters.psd1 has no text for -$id under Ids."
            }
            $parameters[$id] = @{ Type = 'string'; Mandatory = $true; Help = $help }
        }
    }
    $reference = $isExpanded ? $entry['Reference'] : $null
    if ($reference) {
        $parameters[$reference] = @{ Type = 'string'; Help = $Tables.Parameters.Ids[$reference] }
    } elseif ($entry['Body'] -eq 'hashtable') {
        $parameters['BodyParameter'] = @{ Type = 'hashtable'; Mandatory = $true; Pipeline = $true; Help = $Tables.Parameters.Shared.BodyParameter }
    } elseif ($entry['Body']) {
        if ($isExpanded) {
            foreach ($property in $Tables.Models[$entry.Body].Properties.Values) {
                $parameters[$property.Name] = @{ Type = $property.Type; Help = $property.Help; InBody = $true; Mandatory = $property.Name -in $entry['Mandatory'] }
            }
            $parameters['AdditionalProperties'] = @{ Type = 'hashtable'; Help = $Tables.Parameters.Shared.AdditionalProperties; InBody = $true }
        } else {
            $parameters['BodyParameter'] = @{ Type = "[Microsoft.Graph.PowerShell.Models.I$($entry.Body)]"; Mandatory = $true; Pipeline = $true; Help = $Tables.Parameters.Shared.BodyParameter }
        }
    }
    $isCount = $path.EndsWith('/$count')
    $bundle = $isCount ? $Tables.Parameters.Count : $Tables.Parameters[$word] ?? @{}
    foreach ($key in $bundle.Keys | Sort-Object) {
        $parameters[$key] = $bundle[$key]
    }
    if ($entry['PassThru']) {
        $parameters['PassThru'] = $Tables.Parameters.Delete.PassThru
    }
    $extra = ($entry['Extra'] ?? @{})[$Name]
    foreach ($key in $extra) {
        $parameters[$key] = $Tables.Parameters.Extra[$key] ?? $(throw "$($Command.Name): parameters.psd1 has no '$key' under Extra.")
    }
    foreach ($key in ($entry['Without'] ?? @{})[$Name]) {
        $parameters.Remove($key)
    }
    $own = $entry['Own'] ?? @{}
    foreach ($key in $own.Keys.Where({ $Name -in $own[$_].Sets }) | Sort-Object) {
        $parameters[$key] = $own[$key]
    }

    [pscustomobject] @{
        Name       = $Name
        Word       = $word
        Method     = $script:MgMethods[$word]
        Path       = $path
        Ids        = $ids
        IsIdentity = $isIdentity
        HasBody    = [bool] $entry['Body'] -and -not $reference
        IsExpanded = $isExpanded -and $entry['Body'] -and -not $reference
        Reference  = $reference
        Parameters = $parameters
    }
}

function Join-MgParameter {
    <#
    .SYNOPSIS
        Puts the parameters of the sets of a command together, as the public function needs them.
    #>
    param([object] $Command, [object] $Tables)

    foreach ($set in $Command.Sets) {
        foreach ($name in $set.Parameters.Keys) {
            $parameter = $set.Parameters[$name]
            if (-not $Command.Parameters.ContainsKey($name)) {
                $Command.Parameters[$name] = [pscustomobject] @{
                    Name      = $name
                    Type      = Get-MgParameterType -Type $parameter.Type -Models $Tables.Models
                    Alias     = $parameter['Alias']
                    Help      = ($Command.Entry['Parameters'] ?? @{})[$name] ?? $parameter.Help
                    Completer = ($Command.Entry['Completers'] ?? @{})[$name]
                    Hidden    = $false
                    NotNull   = $false
                    Sets      = [ordered] @{}
                }
            }
            $Command.Parameters[$name].Sets[$set.Name] = [pscustomobject] @{ Mandatory = [bool] $parameter['Mandatory']; Pipeline = [bool] $parameter['Pipeline'] }
        }
    }
    foreach ($name in $Tables.Parameters.Runtime.Keys) {
        $parameter = $Tables.Parameters.Runtime[$name]
        $Command.Parameters[$name] = [pscustomobject] @{
            Name      = $name
            Type      = Get-MgParameterType -Type $parameter.Type -Models $Tables.Models
            Alias     = $parameter['Alias']
            Help      = $parameter.Help
            Completer = $null
            Hidden    = [bool] $parameter['Hidden']
            NotNull   = [bool] $parameter['NotNull']
            Sets      = [ordered] @{ '' = [pscustomobject] @{ Mandatory = $false; Pipeline = [bool] $parameter['Pipeline'] } }
        }
    }

    # A parameter that is the same in every set is said once.
    foreach ($parameter in $Command.Parameters.Values) {
        $kinds = @($parameter.Sets.Values.ForEach({ "$($_.Mandatory) $($_.Pipeline)" }) | Sort-Object -Unique)
        if ($parameter.Sets.Count -eq $Command.Sets.Count -and $kinds.Count -eq 1) {
            $parameter.Sets = [ordered] @{ '' = @($parameter.Sets.Values)[0] }
        }
    }
}

function Get-MgParameterType {
    <#
    .SYNOPSIS
        The type of a parameter in PowerShell, without brackets around it.
    #>
    param([string] $Type, [System.Collections.Generic.IDictionary[string, object]] $Models)

    if ($Type.StartsWith('[')) {
        return $Type.Substring(1, $Type.Length - 2)
    }
    (Get-MgType -Name $Type -Models $Models).Parameter
}
