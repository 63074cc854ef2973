#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# The parameters of the compatible commands, against what the SDK has: its 1.9.2 from a recorded file, and what its
# version 2 has, written down by hand from its documentation.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-Module (Join-Path $PSScriptRoot 'SdkParameters.psm1')
    Import-TestModule
    $sdk = Read-SdkParameter -Path (Join-Path $PSScriptRoot '..' 'fixtures' 'sdk-parameters-1.9.2.json')
    $differences = (Import-PowerShellDataFile (Join-Path $PSScriptRoot '..' 'fixtures' 'sdk-differences.psd1') -SkipLimitCheck).Differences
    $exported = (Get-Module MgLicense).ExportedFunctions.Keys
    $recorded = @($exported.Where({ $sdk.Contains($_) }) | Sort-Object)

    # Lists, as version 2 documents them: what each has beyond the parameters all lists have.
    $lists = @(
        @{ Name = 'Get-MgUser'; Ids = @(); Extra = @('ConsistencyLevel') }
        @{ Name = 'Get-MgUserLicenseDetail'; Ids = @('UserId'); Extra = @('Skip') }
        @{ Name = 'Get-MgUserMemberOf'; Ids = @('UserId'); Extra = @('ConsistencyLevel', 'Skip') }
        @{ Name = 'Get-MgSubscribedSku'; Ids = @(); Extra = @('Skip') }
        @{ Name = 'Get-MgDirectorySubscription'; Ids = @(); Extra = @('Skip') }
        @{ Name = 'Get-MgGroup'; Ids = @(); Extra = @('ConsistencyLevel', 'Skip') }
        @{ Name = 'Get-MgGroupMember'; Ids = @('GroupId'); Extra = @('ConsistencyLevel', 'Skip') }
        @{ Name = 'Get-MgOrganization'; Ids = @(); Extra = @('Skip') }
        @{ Name = 'Get-MgDomain'; Ids = @(); Extra = @('Skip') }
    )
    # Reads of one object: ids, what -InputObject takes, and the parameters beyond -Property.
    $gets = @(
        @{ Name = 'Get-MgUser'; Ids = @('UserId'); Identity = 'IUsersIdentity'; Extra = @('ExpandProperty') }
        @{ Name = 'Get-MgUserLicenseDetail'; Ids = @('LicenseDetailsId', 'UserId'); Identity = 'IUsersIdentity'; Extra = @('ExpandProperty') }
        @{ Name = 'Get-MgUserMemberOf'; Ids = @('DirectoryObjectId', 'UserId'); Identity = 'IUsersIdentity'; Extra = @('ConsistencyLevel', 'ExpandProperty') }
        @{ Name = 'Get-MgSubscribedSku'; Ids = @('SubscribedSkuId'); Identity = 'IIdentityDirectoryManagementIdentity'; Extra = @() }
        @{ Name = 'Get-MgDirectorySubscription'; Ids = @('CompanySubscriptionId'); Identity = 'IIdentityDirectoryManagementIdentity'; Extra = @('ExpandProperty') }
        @{ Name = 'Get-MgGroup'; Ids = @('GroupId'); Identity = 'IGroupsIdentity'; Extra = @('ExpandProperty') }
        @{ Name = 'Get-MgOrganization'; Ids = @('OrganizationId'); Identity = 'IIdentityDirectoryManagementIdentity'; Extra = @('ExpandProperty') }
        @{ Name = 'Get-MgDomain'; Ids = @('DomainId'); Identity = 'IIdentityDirectoryManagementIdentity'; Extra = @('ExpandProperty') }
    )
    $writers = @(
        @{ Name = 'New-MgUser'; Default = 'CreateExpanded'; Sets = 'Create CreateExpanded'; Identity = $null; Body = 'IMicrosoftGraphUser' }
        @{ Name = 'Update-MgUser'; Default = 'UpdateExpanded'; Sets = 'Update UpdateExpanded UpdateViaIdentity UpdateViaIdentityExpanded'; Identity = 'IUsersIdentity'; Body = 'IMicrosoftGraphUser' }
        @{
            Name = 'Set-MgUserLicense'; Default = 'AssignExpanded'; Sets = 'Assign AssignExpanded AssignViaIdentity AssignViaIdentityExpanded'
            Identity = 'IUsersActionsIdentity'; Body = 'IComponents103UmuuRequestbodiesAssignlicenserequestbodyContentApplicationJsonSchema'
        }
        @{ Name = 'Remove-MgUser'; Default = 'Delete'; Sets = 'Delete DeleteViaIdentity'; Identity = 'IUsersIdentity'; Body = $null }
    )
    $outputs = @(
        @{ Name = 'Get-MgUser'; Type = 'IMicrosoftGraphUser' }
        @{ Name = 'New-MgUser'; Type = 'IMicrosoftGraphUser' }
        @{ Name = 'Set-MgUserLicense'; Type = 'IMicrosoftGraphUser' }
        @{ Name = 'Get-MgUserLicenseDetail'; Type = 'IMicrosoftGraphLicenseDetails' }
        @{ Name = 'Get-MgUserMemberOf'; Type = 'IMicrosoftGraphDirectoryObject' }
        @{ Name = 'Get-MgGroupMember'; Type = 'IMicrosoftGraphDirectoryObject' }
        @{ Name = 'Get-MgGroup'; Type = 'IMicrosoftGraphGroup' }
        @{ Name = 'Get-MgSubscribedSku'; Type = 'IMicrosoftGraphSubscribedSku' }
        @{ Name = 'Get-MgDirectorySubscription'; Type = 'IMicrosoftGraphCompanySubscription' }
        @{ Name = 'Get-MgOrganization'; Type = 'IMicrosoftGraphOrganization' }
        @{ Name = 'Get-MgDomain'; Type = 'IMicrosoftGraphDomain' }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-Module (Join-Path $PSScriptRoot 'SdkParameters.psm1')
    Import-TestModule
    $sdk = Read-SdkParameter -Path (Join-Path $PSScriptRoot '..' 'fixtures' 'sdk-parameters-1.9.2.json')
    $differences = (Import-PowerShellDataFile (Join-Path $PSScriptRoot '..' 'fixtures' 'sdk-differences.psd1') -SkipLimitCheck).Differences
    # Every difference there is, a line each.
    $found = @(foreach ($name in (Get-Module MgLicense).ExportedFunctions.Keys.Where({ $sdk.Contains($_) })) {
            Compare-SdkParameter -Name $name -Sdk $sdk[$name] -Own (Get-OwnParameter $name)
        })
    $runtime = 'Break', 'Context', 'Headers', 'HttpPipelineAppend', 'HttpPipelinePrepend', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials', 'ResponseHeadersVariable'
    $common = @([System.Management.Automation.PSCmdlet]::CommonParameters) + 'WhatIf' + 'Confirm'

    # The names of the parameters of a set, without those all commands have.
    function Get-SetParameter {
        param([string] $Command, [string] $Set)
        $parameters = (Get-Command $Command).ParameterSets.Where({ $_.Name -eq $Set })[0].Parameters
        @($parameters.Name.Where({ $_ -notin $runtime -and $_ -notin $common }) | Sort-Object) -join ' '
    }

    function Get-InSet {
        param([string] $Command, [string] $Set, [string] $Parameter)
        (Get-Command $Command).ParameterSets.Where({ $_.Name -eq $Set })[0].Parameters.Where({ $_.Name -eq $Parameter })[0]
    }
}

Describe 'The recorded facts of SDK 1.9.2' {
    It 'cover the commands they are expected to cover' {
        # If a rename made the intersection shrink, the comparison below would prove nothing.
        $exported = (Get-Module MgLicense).ExportedFunctions.Keys
        foreach ($name in 'Get-MgUser', 'New-MgUser', 'Update-MgUser', 'Remove-MgUser', 'Get-MgUserLicenseDetail', 'Get-MgUserMemberOf', 'Get-MgGroup', 'Get-MgGroupMember', 'Get-MgOrganization', 'Get-MgDomain', 'Get-MgSubscribedSku') {
            $sdk.Keys | Should -Contain $name
            $exported | Should -Contain $name
        }
    }

    It 'hold for <_>, but for explained differences' -ForEach $recorded {
        $name = $_
        $unexplained = $found.Where({ $_ -like "$name *" }).Where({
                $line = $_
                -not $differences.Where({ $line -like $_.Difference })
            })
        $unexplained | Should -BeNullOrEmpty
    }

    It 'are differed from in no way that is explained but gone: <Difference>' -ForEach $differences {
        $difference = $Difference
        $found.Where({ $_ -like $difference }) | Should -Not -BeNullOrEmpty
        $Because | Should -Not -BeNullOrEmpty
    }

    It 'are differed from only as version 2 differs, or as the documentation says' {
        $page = Get-Content (Join-Path (Get-RepositoryRoot) 'docs' 'compatibility.md') -Raw
        foreach ($entry in $differences) {
            $entry.In | Should -BeIn '2.x', 'docs'
            if ($entry.In -eq 'docs') {
                foreach ($word in ($entry.Difference -split ' ').Where({ $_ -match '^-?[A-Z][\w-]+$' -and $_ -match '-' })) {
                    $page | Should -Match ([regex]::Escape($word))
                }
            }
        }
    }
}

Describe 'Lists of version 2' {
    It '<Name> is a list by default' -ForEach $lists {
        (Get-Command $Name).DefaultParameterSet | Should -Be 'List'
    }

    It '<Name> has the parameters of a list and <Extra>' -ForEach $lists {
        $expected = @('All', 'CountVariable', 'ExpandProperty', 'Filter', 'PageSize', 'Property', 'Search', 'Sort', 'Top') + $Extra + $Ids | Sort-Object
        Get-SetParameter $Name 'List' | Should -Be ($expected -join ' ')
        foreach ($id in $Ids) { (Get-InSet $Name 'List' $id).IsMandatory | Should -BeTrue }
    }

    It '<Name> has the aliases Limit, OrderBy, Select, Expand and CV' -ForEach $lists {
        $parameters = (Get-Command $Name).Parameters
        "$($parameters.Top.Aliases)" | Should -Be 'Limit'
        "$($parameters.Sort.Aliases)" | Should -Be 'OrderBy'
        "$($parameters.Property.Aliases)" | Should -Be 'Select'
        "$($parameters.ExpandProperty.Aliases)" | Should -Be 'Expand'
        "$($parameters.CountVariable.Aliases)" | Should -Be 'CV'
    }

    It '<Name> has the types of a list' -ForEach $lists {
        $parameters = (Get-Command $Name).Parameters
        'All' | ForEach-Object { $parameters[$_].ParameterType | Should -Be ([switch]) }
        'PageSize', 'Top' | ForEach-Object { $parameters[$_].ParameterType | Should -Be ([int]) }
        'ExpandProperty', 'Property', 'Sort' | ForEach-Object { $parameters[$_].ParameterType | Should -Be ([string[]]) }
        'CountVariable', 'Filter', 'Search' | ForEach-Object { $parameters[$_].ParameterType | Should -Be ([string]) }
    }

    It 'the abbreviations of the official examples stay unambiguous on <Name>: -Count, -Exp, -Prop, -Filt' -ForEach $lists {
        foreach ($short in 'Count', 'Exp', 'Prop', 'Filt', 'Sea', 'So', 'Page') {
            { (Get-Command $Name).ResolveParameter($short) } | Should -Not -Throw
        }
        (Get-Command $Name).ResolveParameter('Count').Name | Should -Be 'CountVariable'
        if ($Extra -contains 'ConsistencyLevel') { (Get-Command $Name).ResolveParameter('Cons').Name | Should -Be 'ConsistencyLevel' }
    }
}

Describe 'Reads of one object in version 2' {
    It '<Name> takes <Ids>, all mandatory' -ForEach $gets {
        $expected = @('Property') + $Extra + $Ids | Sort-Object
        Get-SetParameter $Name 'Get' | Should -Be ($expected -join ' ')
        foreach ($id in $Ids) {
            (Get-InSet $Name 'Get' $id).IsMandatory | Should -BeTrue
            (Get-InSet $Name 'Get' $id).ParameterType | Should -Be ([string])
        }
    }

    It '<Name> takes an <Identity> from the pipeline' -ForEach $gets {
        $expected = @('Property', 'InputObject') + $Extra | Sort-Object
        Get-SetParameter $Name 'GetViaIdentity' | Should -Be ($expected -join ' ')
        $parameter = Get-InSet $Name 'GetViaIdentity' 'InputObject'
        $parameter.ParameterType.FullName | Should -Be "Microsoft.Graph.PowerShell.Models.$Identity"
        $parameter.IsMandatory | Should -BeTrue
        $parameter.ValueFromPipeline | Should -BeTrue
    }

    It 'Get-MgGroupMember reads lists only' {
        (Get-Command Get-MgGroupMember).ParameterSets.Name | Should -Be 'List'
        (Get-Command Get-MgGroupMember).Parameters.Keys | Should -Not -Contain 'InputObject'
    }
}

Describe 'Writers of version 2' {
    It '<Name> has the sets <Sets>, the default <Default>' -ForEach $writers {
        (Get-Command $Name).DefaultParameterSet | Should -Be $Default
        @((Get-Command $Name).ParameterSets.Name | Sort-Object) -join ' ' | Should -Be $Sets
    }

    It '<Name> has -WhatIf (wi) and -Confirm (cf), and asks only when told to' -ForEach $writers {
        $command = Get-Command $Name
        "$($command.Parameters.WhatIf.Aliases)" | Should -Be 'wi'
        "$($command.Parameters.Confirm.Aliases)" | Should -Be 'cf'
        $binding = $command.ScriptBlock.Attributes.Where({ $_ -is [System.Management.Automation.CmdletBindingAttribute] })[0]
        "$($binding.ConfirmImpact)" | Should -Be 'Medium'
    }

    It '<Name> takes the body whole, by parameter or pipeline' -ForEach $writers.Where({ $_.Body }) {
        foreach ($set in $Sets.Split(' ').Where({ $_ -notlike '*Expanded' })) {
            $parameter = Get-InSet $Name $set 'BodyParameter'
            $parameter.ParameterType.FullName | Should -Be "Microsoft.Graph.PowerShell.Models.$Body"
            $parameter.IsMandatory | Should -BeTrue
            $parameter.ValueFromPipeline | Should -BeTrue
        }
    }

    It '<Name> takes an <Identity> from the pipeline in the sets by identity' -ForEach $writers.Where({ $_.Identity }) {
        foreach ($set in $Sets.Split(' ').Where({ $_ -like '*ViaIdentity*' })) {
            $parameter = Get-InSet $Name $set 'InputObject'
            $parameter.ParameterType.FullName | Should -Be "Microsoft.Graph.PowerShell.Models.$Identity"
            $parameter.IsMandatory | Should -BeTrue
            $parameter.ValueFromPipeline | Should -BeTrue
            (Get-InSet $Name $set 'UserId') | Should -BeNullOrEmpty
        }
    }

    It 'Set-MgUserLicense has exactly the parameters of the SDK and our -DisabledPlans and -UsageLocation' {
        Get-SetParameter Set-MgUserLicense AssignExpanded | Should -Be 'AdditionalProperties AddLicenses DisabledPlans RemoveLicenses UsageLocation UserId'
        Get-SetParameter Set-MgUserLicense Assign | Should -Be 'BodyParameter UserId'
        Get-SetParameter Set-MgUserLicense AssignViaIdentityExpanded | Should -Be 'AdditionalProperties AddLicenses DisabledPlans Force InputObject NoPreflight Partial RemoveLicenses UsageLocation'
        Get-SetParameter Set-MgUserLicense AssignViaIdentity | Should -Be 'BodyParameter Force InputObject NoPreflight Partial'
        $parameters = (Get-Command Set-MgUserLicense).Parameters
        $parameters.AddLicenses.ParameterType.FullName | Should -Be 'Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense[]'
        $parameters.RemoveLicenses.ParameterType | Should -Be ([string[]])
        $parameters.AdditionalProperties.ParameterType | Should -Be ([hashtable])
        foreach ($name in 'AddLicenses', 'RemoveLicenses', 'AdditionalProperties', 'DisabledPlans', 'UsageLocation') {
            (Get-InSet Set-MgUserLicense AssignExpanded $name).IsMandatory | Should -BeFalse
        }
    }

    It 'the abbreviation -User that scripts use stays unambiguous on Set-MgUserLicense' {
        (Get-Command Set-MgUserLicense).ResolveParameter('User').Name | Should -Be 'UserId'
        (Get-Command Set-MgUserLicense).ResolveParameter('AddL').Name | Should -Be 'AddLicenses'
        (Get-Command Set-MgUserLicense).ResolveParameter('Rem').Name | Should -Be 'RemoveLicenses'
    }

    It 'Remove-MgUser has -IfMatch and -PassThru, Update-MgUser and New-MgUser have neither' {
        Get-SetParameter Remove-MgUser Delete | Should -Be 'IfMatch PassThru UserId'
        Get-SetParameter Remove-MgUser DeleteViaIdentity | Should -Be 'IfMatch InputObject PassThru'
        foreach ($name in 'Update-MgUser', 'New-MgUser') {
            (Get-Command $name).Parameters.Keys | Should -Not -Contain 'PassThru'
            (Get-Command $name).Parameters.Keys | Should -Not -Contain 'IfMatch'
        }
    }

    It 'New-MgUser and Update-MgUser take the same properties' {
        $new = Get-SetParameter New-MgUser CreateExpanded
        $update = Get-SetParameter Update-MgUser UpdateExpanded
        "$($new -split ' ' | Where-Object { $_ -ne 'UserId' })" | Should -Be "$($update -split ' ' | Where-Object { $_ -ne 'UserId' })"
        (Get-Command New-MgUser).ParameterSets.Where({ $_.IsDefault }).Parameters.Where({ $_.IsMandatory }) | Should -BeNullOrEmpty
    }

    It 'New-MgUser -<_> is a switch' -ForEach 'AccountEnabled', 'IsManagementRestricted', 'IsResourceAccount', 'OnPremisesSyncEnabled', 'ShowInAddressList' {
        (Get-Command New-MgUser).Parameters[$_].ParameterType | Should -Be ([switch])
    }

    It 'New-MgUser -<_> is a list of texts' -ForEach 'BusinessPhones', 'ImAddresses', 'Interests', 'OtherMails', 'PastProjects', 'ProxyAddresses', 'Responsibilities', 'Schools', 'Skills' {
        (Get-Command New-MgUser).Parameters[$_].ParameterType | Should -Be ([string[]])
    }

    It 'New-MgUser -<_> is a time' -ForEach 'Birthday', 'CreatedDateTime', 'DeletedDateTime', 'EmployeeHireDate', 'EmployeeLeaveDateTime', 'ExternalUserStateChangeDateTime', 'HireDate', 'LastPasswordChangeDateTime', 'OnPremisesLastSyncDateTime', 'SignInSessionsValidFromDateTime' {
        (Get-Command New-MgUser).Parameters[$_].ParameterType | Should -Be ([datetime])
    }

    It 'New-MgUser -<_> is text' -ForEach 'AboutMe', 'AgeGroup', 'City', 'CompanyName', 'ConsentProvidedForMinor', 'Country', 'CreationType', 'Department', 'DisplayName', 'EmployeeId', 'EmployeeType', 'ExternalUserState', 'FaxNumber', 'GivenName', 'Id', 'JobTitle', 'LegalAgeGroupClassification', 'Mail', 'MailNickname', 'MobilePhone', 'MySite', 'OfficeLocation', 'OnPremisesDistinguishedName', 'OnPremisesDomainName', 'OnPremisesImmutableId', 'OnPremisesSamAccountName', 'OnPremisesSecurityIdentifier', 'OnPremisesUserPrincipalName', 'PasswordPolicies', 'PostalCode', 'PreferredDataLocation', 'PreferredLanguage', 'PreferredName', 'SecurityIdentifier', 'State', 'StreetAddress', 'Surname', 'UsageLocation', 'UserPrincipalName', 'UserType' {
        (Get-Command New-MgUser).Parameters[$_].ParameterType | Should -Be ([string])
    }
}

Describe 'Every compatible command' {
    It '<_> is a function without positions' -ForEach $exported {
        $command = Get-Command $_
        $command.CommandType | Should -Be 'Function'
        $command.ScriptBlock.Attributes.Where({ $_ -is [System.Management.Automation.CmdletBindingAttribute] })[0].PositionalBinding | Should -BeFalse
        foreach ($set in $command.ParameterSets) { $set.Parameters.Where({ $_.Position -ge 0 }) | Should -BeNullOrEmpty }
    }

    It '<_> has the runtime parameters in every set' -ForEach $exported {
        foreach ($set in (Get-Command $_).ParameterSets) {
            foreach ($name in $runtime) {
                $parameter = $set.Parameters.Where({ $_.Name -eq $name })
                $parameter.Count | Should -Be 1
                $parameter[0].IsMandatory | Should -BeFalse
                $parameter[0].ValueFromPipeline | Should -Be ($name -eq 'Headers')
            }
        }
    }

    It '<_> hides the runtime parameters that only developers use' -ForEach $exported {
        foreach ($name in 'Break', 'HttpPipelineAppend', 'HttpPipelinePrepend', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials') {
            (Get-Command $_).Parameters[$name].Attributes.Where({ $_ -is [System.Management.Automation.ParameterAttribute] }).DontShow | Should -Be $true
        }
        foreach ($name in 'HttpPipelineAppend', 'HttpPipelinePrepend', 'ProxyCredential') {
            (Get-Command $_).Parameters[$name].Attributes.Where({ $_ -is [System.Management.Automation.ValidateNotNullAttribute] }) | Should -Not -BeNullOrEmpty
        }
        "$((Get-Command $_).Parameters.ResponseHeadersVariable.Aliases)" | Should -Be 'RHV'
    }

    It '<_> binds nothing by property name' -ForEach $exported {
        foreach ($set in (Get-Command $_).ParameterSets) { $set.Parameters.Where({ $_.ValueFromPipelineByPropertyName }) | Should -BeNullOrEmpty }
    }

    It '<Name> declares <Type> as its output' -ForEach $outputs {
        (Get-Command $Name).OutputType.Name | Should -Be "Microsoft.Graph.PowerShell.Models.$Type"
    }

    It 'Update-MgUser declares no output' {
        (Get-Command Update-MgUser).OutputType | Should -BeNullOrEmpty
    }
}

Describe 'Binding errors that the SDK has too' {
    It 'a value by position is refused' {
        { Get-MgUser ada@contoso.com } | Should -Throw -ErrorId 'PositionalParameterNotFound,Get-MgUser'
    }

    It 'a value after a switch and a space is refused' {
        { New-MgUser -AccountEnabled $true -DisplayName x } | Should -Throw -ErrorId 'PositionalParameterNotFound,New-MgUser'
    }

    It 'an empty -UserId is refused before any call' {
        { Get-MgUser -UserId '' } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorEmptyStringNotAllowed,Get-MgUser'
        { Set-MgUserLicense -UserId $null -AddLicenses @{} -RemoveLicenses @() } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorEmptyStringNotAllowed,Set-MgUserLicense'
    }

    It 'the private commands are not exported' {
        Get-Command 'Set-MgUserLicense_AssignExpanded' -ErrorAction Ignore | Should -BeNullOrEmpty
        (Get-Module MgLicense).ExportedCommands.Keys.Where({ $_ -like '*_*' }) | Should -BeNullOrEmpty
    }
}
