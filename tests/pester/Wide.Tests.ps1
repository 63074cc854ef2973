#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Commands of the second module: what lies beside licensing, and the twins on the beta endpoint.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $wide = Import-PowerShellDataFile (Join-Path (Get-TestModulePath) 'wide' 'MgLicense.Wide' 'MgLicense.Wide.psd1')
    $commands = @($wide.FunctionsToExport.Where({ $_ -notmatch '-MgBeta' }).ForEach({ @{ Name = $_ } }))
    $twins = @((Get-Module MgLicense).ExportedFunctions.Keys | Sort-Object | ForEach-Object { @{ Name = $_; Twin = $_ -replace '-Mg', '-MgBeta' } })
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $ada = 'aaaaaaaa-0000-4000-8000-000000000001'
    $bob = 'aaaaaaaa-0000-4000-8000-000000000002'
    $staff = 'bbbbbbbb-0000-4000-8000-000000000001'
    $leads = 'bbbbbbbb-0000-4000-8000-000000000002'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $address = 'https://graph.microsoft.com/v1.0/directoryObjects/'

    # The parameters of a command, set by set.
    function Get-Shape {
        param([string] $Name)
        foreach ($set in (Get-Command $Name).ParameterSets | Sort-Object Name) {
            "$($set.Name): $(@($set.Parameters | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.ParameterType) $($_.IsMandatory) $($_.ValueFromPipeline) $($_.Aliases)" }) -join '; ')"
        }
    }
}

Describe 'The beta twins' {
    It '<Twin> has the parameters of <Name>' -ForEach $twins {
        @(Get-Shape $Twin) | Should -Be @(Get-Shape $Name)
        (Get-Command $Twin).DefaultParameterSet | Should -Be (Get-Command $Name).DefaultParameterSet
        "$((Get-Command $Twin).OutputType.Name)" | Should -Be "$((Get-Command $Name).OutputType.Name)"
    }

    Context 'on a tenant' {
        BeforeEach { $null = Connect-TestTenant (Get-CompanySeed) }
        AfterEach { Disconnect-TestTenant }

        It 'ask the beta endpoint, which fills nearly everything unasked' {
            $sent = Get-SentRequest { $script:user = Get-MgBetaUser -UserId bob@contoso.com }
            $sent.Path | Should -Match '/beta/users/bob'
            $script:user.UsageLocation | Should -Be 'GB'
            $script:user.AccountEnabled | Should -BeTrue
            $script:user.AssignedLicenses.Count | Should -Be 1
            (Get-MgUser -UserId bob@contoso.com).UsageLocation | Should -BeNullOrEmpty
        }

        It 'write through the beta endpoint: <Kind>' -ForEach @(
            @{ Kind = 'a licence of a user'; Call = { Set-MgBetaUserLicense -UserId $ada -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() }; Path = '/beta/users/aaaaaaaa-0000-4000-8000-000000000001/assignLicense$' }
            @{ Kind = 'a licence of a group'; Call = { Set-MgBetaGroupLicense -GroupId $leads -AddLicenses FLOW_FREE }; Path = '/beta/groups/.+/assignLicense$' }
            @{ Kind = 'a property'; Call = { Update-MgBetaUser -UserId $ada -Department HR }; Path = '/beta/users/' }
            @{ Kind = 'a member'; Call = { New-MgBetaGroupMember -GroupId $leads -DirectoryObjectId $ada }; Path = '/beta/groups/.+/members/\$ref$' }
        ) {
            $sent = Get-SentRequest -WriteOnly $Call
            $sent.Path | Should -Match $Path
            $sent.Status | Should -BeLessThan 300
        }

        It 'name themselves in errors and in -WhatIf' {
            $recorded = Invoke-Recorded { Set-MgBetaUserLicense -UserId nobody@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() }
            $recorded.Errors[0].FullyQualifiedErrorId | Should -Be 'Request_ResourceNotFound,Microsoft.Graph.Beta.PowerShell.Cmdlets.SetMgBetaUserLicense_AssignExpanded'
            $recorded.Errors[0].CategoryInfo.Activity | Should -Be 'Set-MgBetaUserLicense_AssignExpanded'
            $child = Invoke-ChildShell 'Import-Module $module; Remove-MgBetaUser -UserId x -WhatIf'
            $child.Text | Should -Match 'Remove-MgBetaUser_Delete'
        }
    }
}

Describe 'Commands beside licensing' {
    BeforeEach {
        $seed = Get-CompanySeed
        $seed.users[0].manager = $bob
        $seed.groups[0].owners = @('ada@contoso.com')
        $seed.rooms = @(@{ displayName = 'Attic'; emailAddress = 'attic@contoso.com'; capacity = 4 }, @{ displayName = 'Cellar'; emailAddress = 'cellar@contoso.com' })
        $seed.directoryRoles = @(@{ displayName = 'Global Administrator'; members = @('bob@contoso.com') })
        $null = Connect-TestTenant $seed
    }
    AfterEach { Disconnect-TestTenant }

    It 'owners are listed, added and taken away' {
        (Get-MgGroupOwner -GroupId $staff).Id | Should -Be $ada
        New-MgGroupOwnerByRef -GroupId $staff -BodyParameter @{ '@odata.id' = "$address$bob" }
        @(Get-MgGroupOwnerAsUser -GroupId $staff -All).UserPrincipalName | Should -Be 'ada@contoso.com', 'bob@contoso.com'
        Remove-MgGroupOwnerByRef -GroupId $staff -DirectoryObjectId $ada
        Get-MgGroupOwnerCount -GroupId $staff -ConsistencyLevel eventual | Should -Be 1
        (Get-MgUserOwnedObjectAsGroup -UserId $bob).DisplayName | Should -Be 'Staff'
    }

    It 'memberships are read as what they are' {
        @(Get-MgUserMemberOfAsGroup -UserId $bob -All).DisplayName | Sort-Object | Should -Be 'Leads', 'Staff'
        (Get-MgUserMemberOfAsDirectoryRole -UserId $bob).DisplayName | Should -Be 'Global Administrator'
        @(Get-MgUserMemberOf -UserId $bob -All).Count | Should -Be 3
        $first = (Get-MgGroupTransitiveMemberAsUser -GroupId $staff -All)[0]
        $first | Should -BeOfType ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser])
        Get-MgGroupMemberCount -GroupId $staff -ConsistencyLevel eventual | Should -BeOfType ([int])
        Get-MgGroupMemberCountAsUser -GroupId $staff -ConsistencyLevel eventual | Should -Be 2
        Get-MgGroupMemberAsDevice -GroupId $staff -All | Should -BeNullOrEmpty
    }

    It 'a count without the header is refused as Graph refuses it' {
        { Get-MgGroupMemberCount -GroupId $staff } | Should -Throw '*ConsistencyLevel*'
        (Invoke-Recorded { Get-MgUserCount -ConsistencyLevel none }).Errors[0].Exception.Message | Should -Match 'Request_BadRequest|Request_UnsupportedQuery'
        Get-MgUserCount -ConsistencyLevel eventual -Filter "userType eq 'Guest'" | Should -Be 1
    }

    It 'a manager is a directory object; without one it is an error' {
        (Get-MgUserManager -UserId $ada).AdditionalProperties.displayName | Should -Be 'Bob Baker'
        (Invoke-Recorded { Get-MgUserManager -UserId $bob }).Errors[0].FullyQualifiedErrorId | Should -Match '^Request_ResourceNotFound'
        @(Get-MgUserDirectReport -UserId $bob).Id | Should -Be $ada
    }

    It 'sessions end, and the answer is true' {
        Revoke-MgUserSignInSession -UserId $ada | Should -BeTrue
        (Get-MgUser -UserId $ada -Property SignInSessionsValidFromDateTime).SignInSessionsValidFromDateTime | Should -Not -BeNullOrEmpty
    }

    It 'the deleted are listed, restored and deleted for good' {
        Remove-MgUser -UserId $ada
        (Get-MgDirectoryDeletedItemAsUser -All).Id | Should -Be $ada
        (Get-MgDirectoryDeletedItem -DirectoryObjectId $ada).AdditionalProperties.displayName | Should -Be 'Ada Archer'
        (Restore-MgDirectoryDeletedItem -DirectoryObjectId $ada).Id | Should -Be $ada
        (Get-MgUser -UserId ada@contoso.com).Id | Should -Be $ada
        Remove-MgUser -UserId $ada
        Remove-MgDirectoryDeletedItem -DirectoryObjectId $ada
        Get-MgDirectoryDeletedItemCountAsUser -ConsistencyLevel eventual | Should -Be 0
    }

    It 'roles are found, made active and given' {
        $role = Get-MgDirectoryRole -Filter "displayName eq 'Global Administrator'"
        (Get-MgDirectoryRoleMember -DirectoryRoleId $role.Id -All).Id | Should -Be $bob
        $template = Get-MgDirectoryRoleTemplate | Where-Object DisplayName -EQ 'License Administrator'
        $new = New-MgDirectoryRole -RoleTemplateId $template.Id
        New-MgDirectoryRoleMemberByRef -DirectoryRoleId $new.Id -BodyParameter @{ '@odata.id' = "$address$ada" }
        Get-MgDirectoryRoleMemberCount -DirectoryRoleId $new.Id -ConsistencyLevel eventual | Should -Be 1
        Remove-MgDirectoryRoleMemberDirectoryObjectByRef -DirectoryRoleId $new.Id -DirectoryObjectId $ada
        Get-MgDirectoryRoleMember -DirectoryRoleId $new.Id | Should -BeNullOrEmpty
    }

    It 'a mail is kept where a test can read it' {
        $null = Get-MgLocalTenantRequest -Clear
        Send-MgUserMail -UserId $ada -Message @{ Subject = 'Hello'; Body = @{ ContentType = 'Text'; Content = 'x' }; ToRecipients = @(@{ EmailAddress = @{ Address = 'dee@contoso.com' } }) } -PassThru | Should -BeTrue
        (Get-MgLocalTenantRequest -WriteOnly).Body | ConvertTo-SortedJson | Should -BeExactly '{"message":{"body":{"content":"x","contentType":"Text"},"subject":"Hello","toRecipients":[{"emailAddress":{"address":"dee@contoso.com"}}]}}'
        (Invoke-MgGraphRequest -Uri "v1.0/users/$ada/messages").value[0].subject | Should -Be 'Hello'
    }

    It 'rooms, reports and guests' {
        @(Get-MgPlaceAsRoom -All).EmailAddress | Should -Be 'attic@contoso.com', 'cellar@contoso.com'
        (Get-MgPlaceAsRoom -PlaceId attic@contoso.com).Capacity | Should -Be 4
        (Get-MgAdminReportSetting).DisplayConcealedNames | Should -BeTrue
        (Update-MgAdminReportSetting -DisplayConcealedNames:$false).DisplayConcealedNames | Should -BeFalse
        $invitation = New-MgInvitation -InvitedUserDisplayName 'Hal Hood' -InvitedUserEmailAddress hal@fabrikam.com -InviteRedirectUrl https://myapplications.microsoft.com
        (Get-MgUser -UserId $invitation.InvitedUser.Id -Property UserType).UserType | Should -Be 'Guest'
    }

    It 'what the tenant does not serve is Graph''s own error, never nothing: <_>' -ForEach 'Get-MgDevice', 'Get-MgServicePrincipal', 'Get-MgApplication', 'Get-MgBetaDevice' {
        $recorded = Invoke-Recorded { & $_ -All }
        $recorded.Output | Should -BeNullOrEmpty
        $recorded.Errors[0].Exception.Message | Should -Match 'not yet supported'
    }

    It 'licence details are not for writing' {
        $detail = Get-MgUserLicenseDetail -UserId $bob
        foreach ($call in { Update-MgUserLicenseDetail -UserId $bob -LicenseDetailsId $detail.Id -SkuPartNumber x }, { Remove-MgUserLicenseDetail -UserId $bob -LicenseDetailsId $detail.Id }) {
            (Invoke-Recorded $call).Errors[0].Exception.Message | Should -Match 'not allowed|not yet supported'
        }
        (Get-MgUserLicenseDetail -UserId $bob).Id | Should -Be $detail.Id
    }
}

Describe 'Help of the second module' {
    It '<Name> explains itself' -ForEach $commands {
        $help = Get-Help $Name
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        $help.Synopsis | Should -Not -Match ([regex]::Escape($Name))
        ($help.Description.Text -join ' ').Length | Should -BeGreaterThan $help.Synopsis.Length
        $help.Examples.Example.Code -join "`n" | Should -Match ([regex]::Escape($Name))
    }

    It 'the example of <Name> works' -ForEach $commands {
        $null = Connect-TestTenant (Get-CompanySeed)
        try {
            $code = (Get-Help $Name).Examples.Example[0].Code
            $recorded = Invoke-Recorded ([scriptblock]::Create("Set-StrictMode -Off`n$code"))
            $recorded.Thrown | Should -BeNullOrEmpty
            $recorded.Errors | Should -BeNullOrEmpty
        } finally {
            Disconnect-TestTenant
        }
    }
}
