#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Groups and their members through the commands: what is sent, and what is there afterwards.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $ada = 'aaaaaaaa-0000-4000-8000-000000000001'
    $bob = 'aaaaaaaa-0000-4000-8000-000000000002'
    $cy = 'aaaaaaaa-0000-4000-8000-000000000003'
    $leads = 'bbbbbbbb-0000-4000-8000-000000000002'
    $empty = 'bbbbbbbb-0000-4000-8000-000000000003'
    $speE5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'

    function Get-MemberId {
        param([string] $GroupId)
        @((Get-MgGroupMember -GroupId $GroupId -All).Id | Sort-Object) -join ' '
    }
}

Describe 'Members of a group' {
    BeforeEach {
        $null = Connect-TestTenant (Get-CompanySeed)
        $objects = "$(Get-TestRoot)/v1.0/directoryObjects"
    }
    AfterEach { Disconnect-TestTenant }

    It 'New-MgGroupMember refers to the object by its full address and writes nothing' {
        $sent = Get-SentRequest -WriteOnly { $script:written = New-MgGroupMember -GroupId $leads -DirectoryObjectId $ada }
        $script:written | Should -BeNullOrEmpty
        $sent.Method | Should -Be 'POST'
        $sent.Path | Should -Match "/v1\.0/groups/$leads/members/\`$ref$"
        $sent.Body | Should -BeExactly "{`"@odata.id`":`"$objects/$ada`"}"
        Get-MemberId $leads | Should -Be "$ada $bob"
    }

    It 'New-MgGroupMember takes a body: <Kind>' -ForEach @(
        @{ Kind = 'as a parameter'; Call = { New-MgGroupMember -GroupId $leads -BodyParameter @{ '@odata.id' = "$objects/$ada" } } }
        @{ Kind = 'from the pipeline'; Call = { @{ '@odata.id' = "$objects/$ada" } | New-MgGroupMember -GroupId $leads } }
        @{ Kind = 'with an identity'; Call = { New-MgGroupMember -InputObject @{ GroupId = $leads } -BodyParameter @{ '@odata.id' = "$objects/$ada" } } }
        @{ Kind = 'by an identity and an id'; Call = { New-MgGroupMember -InputObject @{ GroupId = $leads } -DirectoryObjectId $ada } }
    ) {
        $sent = Get-SentRequest -WriteOnly $Call
        $sent.Body | Should -BeExactly "{`"@odata.id`":`"$objects/$ada`"}"
        Get-MemberId $leads | Should -Be "$ada $bob"
    }

    It 'New-MgGroupMemberByRef takes the address: <Kind>' -ForEach @(
        @{ Kind = '-OdataId'; Call = { New-MgGroupMemberByRef -GroupId $leads -OdataId "$objects/$ada" -PassThru } }
        @{ Kind = '@odata.id in a body'; Call = { New-MgGroupMemberByRef -GroupId $leads -BodyParameter @{ '@odata.id' = "$objects/$ada" } -PassThru } }
        @{ Kind = 'OdataId in a body'; Call = { New-MgGroupMemberByRef -GroupId $leads -BodyParameter @{ odataid = "$objects/$ada" } -PassThru } }
        @{ Kind = 'a body from the pipeline'; Call = { @{ '@odata.id' = "$objects/$ada" } | New-MgGroupMemberByRef -GroupId $leads -PassThru } }
    ) {
        $sent = Get-SentRequest -WriteOnly { $script:written = & $Call }
        $script:written | Should -BeTrue
        $sent.Body | Should -BeExactly "{`"@odata.id`":`"$objects/$ada`"}"
        Get-MemberId $leads | Should -Be "$ada $bob"
    }

    It '<_> takes a member out' -ForEach 'Remove-MgGroupMemberByRef', 'Remove-MgGroupMemberDirectoryObjectByRef' {
        & $_ -GroupId $leads -DirectoryObjectId $bob | Should -BeNullOrEmpty
        Get-MemberId $leads | Should -BeNullOrEmpty
        Get-WriteLine | Should -Be "DELETE /groups/$leads/members/$bob/`$ref"
    }

    It 'a second time is refused in the words that scripts look for' {
        $recorded = Invoke-Recorded { New-MgGroupMember -GroupId $leads -DirectoryObjectId $bob }
        $recorded.Errors[0].Exception.Message | Should -Match 'added object references already exist'
        $recorded.Errors[0].FullyQualifiedErrorId | Should -Be 'Request_BadRequest,Microsoft.Graph.PowerShell.Cmdlets.NewMgGroupMember_CreateExpanded'
    }

    It 'somebody who is no member can''t be taken out' {
        $recorded = Invoke-Recorded { Remove-MgGroupMemberByRef -GroupId $leads -DirectoryObjectId $cy }
        $recorded.Errors[0].FullyQualifiedErrorId | Should -Be 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.RemoveMgGroupMemberByRef_Delete'
    }

    It 'members can be bound to a change of the group' {
        Update-MgGroup -GroupId $empty -AdditionalProperties @{ 'members@odata.bind' = @("$objects/$ada", "$objects/$cy") }
        Get-MemberId $empty | Should -Be "$ada $cy"
    }
}

Describe 'A group' {
    BeforeEach { $null = Connect-TestTenant (Get-CompanySeed) }
    AfterEach { Disconnect-TestTenant }

    It 'is made, changed and deleted' {
        $group = New-MgGroup -DisplayName 'E5 users' -MailNickname e5-users -MailEnabled:$false -SecurityEnabled -Description first
        $group | Should -BeOfType ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphGroup])
        $group.DisplayName | Should -Be 'E5 users'
        Update-MgGroup -GroupId $group.Id -Description second | Should -BeNullOrEmpty
        (Get-MgGroup -GroupId $group.Id).Description | Should -Be 'second'
        Remove-MgGroup -GroupId $group.Id | Should -BeNullOrEmpty
        (Invoke-Recorded { Get-MgGroup -GroupId $group.Id }).Errors[0].Exception.Message | Should -Match 'Request_ResourceNotFound'
        Get-WriteLine | Should -Be 'POST /groups', "PATCH /groups/$($group.Id)", "DELETE /groups/$($group.Id)"
    }

    It 'sends switches as they were given' {
        $sent = Get-SentRequest -WriteOnly { New-MgGroup -DisplayName g -MailNickname g -MailEnabled:$false -SecurityEnabled -Confirm:$false }
        $sent.Body | ConvertTo-SortedJson | Should -BeExactly '{"displayName":"g","mailEnabled":false,"mailNickname":"g","securityEnabled":true}'
    }

    It '-WhatIf makes nothing' {
        New-MgGroup -DisplayName g -MailNickname g -MailEnabled:$false -SecurityEnabled -WhatIf
        Remove-MgGroup -GroupId $empty -WhatIf
        New-MgGroupMember -GroupId $leads -DirectoryObjectId $ada -WhatIf
        Get-WriteLine | Should -BeNullOrEmpty
    }
}

Describe 'Licences of a group' {
    BeforeEach { $null = Connect-TestTenant (Get-CompanySeed) }
    AfterEach { Disconnect-TestTenant }

    It 'are sent as they are for a user: <Kind>' -ForEach @(
        @{ Kind = 'a hashtable'; Call = { Set-MgGroupLicense -GroupId $leads -AddLicenses @{ SkuId = $speE5 } -RemoveLicenses @() } }
        @{ Kind = 'a part number'; Call = { Set-MgGroupLicense -GroupId $leads -AddLicenses SPE_E5 } }
        @{ Kind = 'a body'; Call = { Set-MgGroupLicense -GroupId $leads -BodyParameter @{ AddLicenses = @(@{ skuid = $speE5 }); removelicenses = @() } } }
        @{ Kind = 'an identity'; Call = { @{ GroupId = $leads } | Set-MgGroupLicense -AddLicenses @{ SkuId = $speE5 } -RemoveLicenses @() } }
    ) {
        $sent = Get-SentRequest -WriteOnly $Call
        $sent.Path | Should -Match "/v1\.0/groups/$leads/assignLicense$"
        ($sent.Body | ConvertFrom-Json).addLicenses.skuId | Should -Be $speE5
        ($sent.Body | ConvertFrom-Json).PSObject.Properties['removeLicenses'].Value | Should -HaveCount 0
    }

    It '-DisabledPlans goes to the product that holds the plan' {
        $sent = Get-SentRequest -WriteOnly { Set-MgGroupLicense -GroupId $leads -AddLicenses SPE_E5 -DisabledPlans SWAY }
        ($sent.Body | ConvertFrom-Json).addLicenses.disabledPlans | Should -Be 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    }

    It 'nobody is in error in a group without licences' {
        Get-MgGroupMemberWithLicenseError -GroupId $leads -All | Should -BeNullOrEmpty
    }
}

Describe 'Invoke-MgLicenseUser' {
    BeforeEach { $null = Connect-TestTenant (Get-CompanySeed) }
    AfterEach { Disconnect-TestTenant }

    It 'asks for one user and returns the user: <Kind>' -ForEach @(
        @{ Kind = 'by id'; Call = { Invoke-MgLicenseUser -UserId $ada } }
        @{ Kind = 'by identity'; Call = { Invoke-MgLicenseUser -InputObject @{ UserId = $ada } } }
        @{ Kind = 'by pipeline'; Call = { @{ UserId = $ada } | Invoke-MgLicenseUser } }
    ) {
        $user = & $Call
        $user.Id | Should -Be $ada
        Get-WriteLine | Should -Be "POST /users/$ada/reprocessLicenseAssignment"
    }
}
