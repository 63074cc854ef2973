#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# What public scripts call, and with which parameters: every command and parameter of the list binds and does its work,
# or docs/compatibility.md names it with the reason. The list holds what was found in at least two of 210 public files.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $used = Get-Content (Join-Path $PSScriptRoot '..' 'fixtures' 'script-parameters.json') -Raw | ConvertFrom-Json -AsHashtable
    $commands = @($used.Keys | Sort-Object | ForEach-Object { @{ Name = $_ } })
    $parameters = @(foreach ($name in $used.Keys | Sort-Object) { foreach ($parameter in $used[$name]) { @{ Name = $name; Parameter = $parameter } } })
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $page = Get-Content (Join-Path (Get-RepositoryRoot) 'docs' 'compatibility.md') -Raw

    $ada = 'aaaaaaaa-0000-4000-8000-000000000001'
    $bob = 'aaaaaaaa-0000-4000-8000-000000000002'
    $staff = 'bbbbbbbb-0000-4000-8000-000000000001'
    $leads = 'bbbbbbbb-0000-4000-8000-000000000002'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $address = 'https://graph.microsoft.com/v1.0/directoryObjects/'

    # A value for a parameter, whatever the command; and where a command wants another one.
    $values = @{
        AccountEnabled = $true; All = $true; AppId = 'x'; Body = @{ accountEnabled = $true }; City = 'Leeds'; Classification = 'low'; ConsistencyLevel = 'eventual'
        Country = 'GB'; CountVariable = 'countOfTest'; Department = 'HR'; Description = 'd'; DisplayName = 'A name'; ErrorVariable = 'errorOfTest'
        GivenName = 'Ada'; Headers = @{ 'x-test' = '1' }; IsAssignableToRole = $false; JobTitle = 'Lead'; Mail = 'm@contoso.com'; MailEnabled = $false
        MailNickname = 'nick'; MobilePhone = '1'; OfficeLocation = '2'; OnPremisesExtensionAttributes = @{ extensionAttribute1 = 'a' }
        OutputFilePath = 'out.json'; OutputType = 'PSObject'; OutBuffer = 1; PageSize = 10; PassThru = $true; PasswordPolicies = 'DisablePasswordExpiration'
        PasswordProfile = @{ Password = 'xWwvJ]6NMw+bWH-d' }; PostalCode = 'LS1'; PreferredLanguage = 'en-GB'; Property = 'id'; Search = 'displayName:Ada'; SecurityEnabled = $true; Skip = 1
        Sort = 'displayName'; State = 'Yorkshire'; StreetAddress = 'Main Street'; Surname = 'Archer'; Theme = 'Teal'; Top = 1; UsageLocation = 'GB'
        UserPrincipalName = 'new@contoso.com'; UserType = 'Member'; Visibility = 'Private'; GroupTypes = @(); Method = 'GET'; Uri = 'v1.0/users'; ContentType = 'application/json'
        ExpandProperty = 'memberOf'; ErrorAction = 'Ignore'; WarningAction = 'SilentlyContinue'; InformationAction = 'Ignore'; ProgressAction = 'Ignore'
        OutVariable = 'outOfTest'; WarningVariable = 'warningOfTest'; InformationVariable = 'informationOfTest'; PipelineVariable = 'pipelineOfTest'
        Verbose = $false; Debug = $false; Confirm = $false; WhatIf = $true; MembershipRule = 'user.department -eq "HR"'; MembershipRuleProcessingState = 'On'
        Filter = "displayName eq 'Ada Archer'"; Name = 'beta'; RoleTemplateId = '4d6ac14f-3453-41d0-bef9-a3e0c569773a'
        AcceptedSenders = @(); RejectedSenders = @(); MemberOf = @(); Members = @(); Owners = @(); AssignedLicenses = @(); AddLicenses = @(@{ SkuId = $flow }); RemoveLicenses = @()
        UserId = $ada; GroupId = $staff; DirectoryObjectId = $bob; DirectoryRoleId = '62e90394-69f5-4237-9190-012177145e10'; SubscribedSkuId = "0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10_$flow"
    }
    # What a command needs beside the parameter in question, where its mandatory ones are not enough.
    $needs = @{
        'Set-MgUserLicense' = @{ RemoveLicenses = @(); AddLicenses = @(@{ SkuId = $flow }) }; 'Set-MgBetaUserLicense' = @{ RemoveLicenses = @(); AddLicenses = @(@{ SkuId = $flow }) }
        'Set-MgGroupLicense' = @{ RemoveLicenses = @(); AddLicenses = @(@{ SkuId = $flow }) }
        'New-MgUser' = @{ DisplayName = 'N'; UserPrincipalName = 'n@contoso.com'; MailNickname = 'n'; AccountEnabled = $true; PasswordProfile = @{ Password = 'xWwvJ]6NMw+bWH-d' } }
        'New-MgGroup' = @{ DisplayName = 'G'; MailNickname = 'g'; MailEnabled = $false; SecurityEnabled = $true }
        'New-MgGroupMember' = @{ GroupId = $leads; DirectoryObjectId = $ada }; 'New-MgGroupMemberByRef' = @{ GroupId = $leads }
        'Remove-MgGroupMemberByRef' = @{ GroupId = $staff; DirectoryObjectId = $bob }; 'Remove-MgGroupMemberDirectoryObjectByRef' = @{ GroupId = $staff; DirectoryObjectId = $bob }
        'Invoke-MgGraphRequest' = @{ Uri = 'v1.0/users' }; 'New-MgGroupOwnerByRef' = @{ GroupId = $leads }
    }
    $bodies = @{
        'Set-MgUserLicense' = @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() }; 'Set-MgGroupLicense' = @{ addLicenses = @(@{ skuId = $flow }); removeLicenses = @() }
        'New-MgUser' = @{ displayName = 'N'; userPrincipalName = 'n@contoso.com'; mailNickname = 'n'; accountEnabled = $true; passwordProfile = @{ password = 'xWwvJ]6NMw+bWH-d' } }
        'New-MgGroup' = @{ displayName = 'G'; mailNickname = 'g'; mailEnabled = $false; securityEnabled = $true }
        'Update-MgUser' = @{ department = 'HR' }; 'Update-MgAdminReportSetting' = @{ displayConcealedNames = $false }
        'New-MgGroupMemberByRef' = @{ '@odata.id' = "$address$ada" }; 'New-MgGroupOwnerByRef' = @{ '@odata.id' = "$address$bob" }; 'New-MgDirectoryRoleMemberByRef' = @{ '@odata.id' = "$address$ada" }
        'Send-MgUserMail' = @{ message = @{ subject = 's'; toRecipients = @(@{ emailAddress = @{ address = 'a@b.com' } }) } }
    }

    # The arguments of a call that tries one parameter.
    function Get-CallArgument {
        param([string] $Name, [string] $Parameter)
        $arguments = @{}
        $isWhole = $Parameter -eq 'BodyParameter' -or $Name -match '^New-.*(Owner|RoleMember)ByRef$' -or $Name -in 'Update-MgAdminReportSetting', 'Send-MgUserMail', 'New-MgGroupMemberByRef'
        if ($isWhole) { $arguments.BodyParameter = $bodies[$Name] }
        foreach ($key in ($needs[$Name] ?? @{}).Keys.Where({ -not $isWhole -or $_ -match 'Id$' })) { $arguments[$key] = $needs[$Name][$key] }
        if ($Parameter) { $arguments[$Parameter] ??= $values[$Parameter] }
        # The mandatory ones of the set that the parameter is in.
        $sets = (Get-Command $Name).ParameterSets.Where({ ($_.Parameters.Name -contains 'BodyParameter') -eq $isWhole -and ($Parameter -notin $_.Parameters.Name) -eq ($Parameter -notin (Get-Command $Name).Parameters.Keys) })
        $set = @($sets | Where-Object IsDefault) + @($sets | Where-Object Name -NotMatch 'Identity') | Select-Object -First 1
        foreach ($mandatory in $set.Parameters | Where-Object { $_.IsMandatory -and -not $arguments.ContainsKey($_.Name) }) {
            $arguments[$mandatory.Name] = $values[$mandatory.Name]
        }
        # Sorting wants the advanced parameters.
        if ($Parameter -in 'Sort', 'Search', 'CountVariable' -and (Get-Command $Name).Parameters.ContainsKey('ConsistencyLevel')) { $arguments.ConsistencyLevel = 'eventual' }
        $arguments
    }
}

Describe 'What scripts call' {
    It '<Name> is there' -ForEach $commands {
        Get-Command $Name -ErrorAction Ignore | Should -Not -BeNullOrEmpty
    }

    It '<Name> -<Parameter> binds, or the documentation says why not' -ForEach $parameters {
        $command = Get-Command $Name
        if ($command.CommandType -eq 'Alias') { $command = $command.ResolvedCommand }
        $binds = try { [bool] $command.ResolveParameter($Parameter) } catch { $false }
        if (-not $binds) { $page -match "``$Name``[^|\n]*``-$Parameter``" | Should -BeTrue -Because "docs/compatibility.md has to say why $Name has no -$Parameter" }
    }
}

Describe 'What scripts call does its work' {
    BeforeEach {
        $seed = Get-CompanySeed
        $seed.directoryRoles = @(@{ displayName = 'Global Administrator'; members = @('bob@contoso.com') })
        $seed.rooms = @(@{ displayName = 'Attic'; emailAddress = 'attic@contoso.com' })
        $seed.users[0].manager = $bob
        $seed.groups[0].owners = @('ada@contoso.com')
        $null = Connect-TestTenant $seed
        $place = New-TestPath 'work'
        $null = New-Item -ItemType Directory -Path $place
        Push-Location $place
    }
    AfterEach {
        Pop-Location
        Disconnect-TestTenant
    }

    # Commands of the connection are tried by their own tests; these two read what the tenant does not serve.
    It '<Name> -<Parameter>' -ForEach $parameters.Where({ $_.Name -notmatch '-(Mg)?Graph$|^Get-MgContext$|^Get-Mg(ServicePrincipal|Application)$' }) {
        $arguments = Get-CallArgument -Name $Name -Parameter $Parameter
        if ("$Name $Parameter" -in 'Invoke-MgGraphRequest Body', 'Invoke-MgGraphRequest ContentType') {
            $arguments = @{ Method = 'PATCH'; Uri = "v1.0/users/$ada"; Body = '{"department":"HR"}'; ContentType = 'application/json' }
        }
        if ($Name -match 'Restore-MgDirectoryDeletedItem') { Remove-MgUser -UserId $bob }
        if ($Name -eq 'Remove-MgGroupOwnerByRef') { $arguments.DirectoryObjectId = $ada }
        $recorded = Invoke-Recorded { & $Name @arguments }
        $recorded.Thrown | Should -BeNullOrEmpty
        $recorded.Errors | Should -BeNullOrEmpty
    }

    It '<Name> reaches Graph, and the tenant says that it does not serve it' -ForEach @{ Name = 'Get-MgServicePrincipal' }, @{ Name = 'Get-MgApplication' } {
        $recorded = Invoke-Recorded { & $Name -Filter "displayName eq 'Payroll'" }
        $recorded.Errors[0].Exception.Message | Should -Match 'not yet supported'
        $page.Contains($Name) | Should -BeTrue
    }
}
