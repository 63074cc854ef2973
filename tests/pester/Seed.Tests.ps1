# What a tenant is made from: the sample company, made-up crowds, and seeds, right and wrong.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    # Who has what, in one text: two tenants that are the same give the same.
    function Get-Portrait {
        param([string] $Path)
        Connect-TestFile $Path
        $users = Get-MgUser -All -Property Id, UserPrincipalName, DisplayName, UsageLocation, AccountEnabled, UserType, Department, AssignedLicenses |
            ForEach-Object { "$($_.Id) $($_.UserPrincipalName) $($_.DisplayName) $($_.UsageLocation) $($_.AccountEnabled) $($_.UserType) $($_.Department) $($_.AssignedLicenses.SkuId -join '+')" }
        $groups = Get-MgGroup -All | ForEach-Object { "$($_.Id) $($_.DisplayName)" }
        $skus = Get-MgSubscribedSku -All | ForEach-Object { "$($_.Id) $($_.PrepaidUnits.Enabled) $($_.ConsumedUnits)" }
        @((Get-MgOrganization).Id) + $users + $groups + $skus -join "`n"
    }

    # The one problem that a block has, whether it was written or thrown.
    function Get-Problem {
        param([scriptblock] $Block)
        $outcome = Invoke-Recorded $Block
        $outcome.Output | Should -BeNullOrEmpty
        $problems = @($outcome.Errors) + @($outcome.Thrown | Where-Object { $_ })
        $problems | Should -HaveCount 1
        $problems[0]
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'The sample company' {
    BeforeAll {
        $path = New-TestPath
        $sample = New-MgLocalTenant -Path $path -Sample
        Connect-TestFile $path
        $people = @(Get-MgUser -All -Property Id, UserType, AccountEnabled, OnPremisesSyncEnabled, UsageLocation, AssignedLicenses)
        $products = @(Get-MgSubscribedSku -All)
    }

    It 'has about 200 accounts' {
        $sample.Users | Should -BeGreaterOrEqual 180
        $sample.Users | Should -BeLessOrEqual 220
        $people | Should -HaveCount $sample.Users
    }

    It 'has cloud-only and synchronised staff, many of those without location and licence' {
        @($people | Where-Object { -not $_.OnPremisesSyncEnabled -and $_.UserType -eq 'Member' }).Count | Should -BeGreaterThan 10
        @($people | Where-Object OnPremisesSyncEnabled).Count | Should -BeGreaterThan 10
        @($people | Where-Object { $_.OnPremisesSyncEnabled -and -not $_.UsageLocation -and -not $_.AssignedLicenses }).Count | Should -BeGreaterThan 10
    }

    It 'has guests and disabled accounts' {
        @($people | Where-Object UserType -EQ 'Guest').Count | Should -BeGreaterThan 0
        @($people | Where-Object { $_.AccountEnabled -eq $false }).Count | Should -BeGreaterThan 0
    }

    It 'owns <_>' -ForEach 'SPE_E5', 'SPE_E3', 'ENTERPRISEPACK', 'EMSPREMIUM', 'FLOW_FREE', 'MCOEV', 'VISIOCLIENT' {
        $products.SkuPartNumber | Should -Contain $_
    }

    It 'has a product nearly full, and one with units in warning and suspended' {
        @($products | Where-Object {
                $free = $_.PrepaidUnits.Enabled + $_.PrepaidUnits.Warning - $_.ConsumedUnits
                $_.ConsumedUnits -gt 0 -and $free -ge 0 -and $free -le [math]::Max(3, $_.PrepaidUnits.Enabled / 20)
            }).Count | Should -BeGreaterThan 0
        @($products | Where-Object { $_.PrepaidUnits.Warning -gt 0 -and $_.PrepaidUnits.Suspended -gt 0 }).Count | Should -BeGreaterThan 0
    }

    It 'counts as in use what is held' {
        foreach ($product in $products) {
            $product.ConsumedUnits | Should -Be @($people | Where-Object { $_.AssignedLicenses.SkuId -contains $product.SkuId }).Count -Because $product.SkuPartNumber
        }
    }

    It 'has groups with members and without licences' {
        $groups = @(Get-MgGroup -All -Property Id, DisplayName, AssignedLicenses)
        $groups.Count | Should -BeGreaterThan 2
        @($groups | Where-Object { $_.AssignedLicenses }) | Should -BeNullOrEmpty
        @($groups | ForEach-Object { Get-MgGroupMember -GroupId $_.Id -All }).Count | Should -BeGreaterThan 10
    }

    It 'is the same company each time' {
        $again = New-TestPath
        $null = New-MgLocalTenant -Path $again -Sample
        Get-Portrait $again | Should -BeExactly (Get-Portrait $path)
    }
}

Describe 'A crowd' {
    It 'is the same from the same seed, and another from another' {
        $paths = foreach ($text in 'users=50,seed=1', 'users=50,seed=1', 'users=50,seed=2') {
            $path = New-TestPath
            $null = New-MgLocalTenant -Path $path -Generate $text
            $path
        }
        $first, $second, $third = $paths | ForEach-Object { Get-Portrait $_ }
        $second | Should -BeExactly $first
        $third | Should -Not -BeExactly $first
        (Get-MgLocalTenant $paths[0]).Users | Should -Be 50
    }

    It 'is refused for <_>, and nothing is made' -ForEach 'users=many,seed=1', 'users=-5', 'user=5', 'users' {
        $path = New-TestPath
        $null = Get-Problem { New-MgLocalTenant -Path $path -Generate $_ }
        $path | Should -Not -Exist
    }
}

Describe 'A seed' {
    BeforeAll {
        $text = @'
{ "version": 1, "seed": 1, "clock": "2026-11-25T09:00:00Z",
  "organization": {"id": "11111111-2222-4333-8444-555555555555", "displayName": "Contoso", "countryLetterCode": "GB"},
  "domains": [{"id": "contoso.com", "isDefault": true, "isInitial": false}],
  "subscribedSkus": [{"skuPartNumber": "SPE_E5", "prepaidUnits": {"enabled": 10, "warning": 2, "suspended": 3, "lockedOut": 4}},
                     {"skuId": "b05e124f-c7cc-45a0-a6aa-8cf78c946968", "prepaidUnits": {"enabled": 1, "warning": 0, "suspended": 0, "lockedOut": 0}}],
  "subscriptions": [{"skuPartNumber": "SPE_E5", "totalLicenses": 10, "nextLifecycleDateTime": "2027-01-31T00:00:00Z", "status": "Enabled"}],
  "users": [{"id": "aaaaaaaa-1111-4222-8333-444444444444", "userPrincipalName": "ada@contoso.com", "displayName": "Ada", "usageLocation": "GB",
             "signInActivity": {"lastSignInDateTime": "2026-10-01T08:00:00Z"}, "onPremisesSyncEnabled": true, "userType": "Member",
             "assignedLicenses": [{"skuPartNumber": "SPE_E5", "disabledPlans": ["SWAY"]}]},
            {"userPrincipalName": "bob@contoso.com"}],
  "groups": [{"id": "cccccccc-1111-4222-8333-444444444444", "displayName": "Staff", "securityEnabled": true, "members": ["ada@contoso.com"], "owners": ["bob@contoso.com"],
              "assignedLicenses": [{"skuPartNumber": "EMSPREMIUM", "disabledPlans": []}]}],
  "rules": {"dependencies": [{"plan": "MCOEV", "needsAnyOf": ["TEAMS1"]}], "exclusions": [["EXCHANGE_S_STANDARD", "EXCHANGE_S_DESKLESS"]],
            "barred": [{"plan": "MCOEV", "locations": ["IN"]}]},
  "settings": {} }
'@
        $path = New-TestPath
        $made = New-MgLocalTenant -Path $path -Seed (New-TestSeedFile $text)
        Connect-TestFile $path
    }

    It 'keeps the ids that are given' {
        $made.TenantId | Should -Be '11111111-2222-4333-8444-555555555555'
        (Get-MgOrganization).Id | Should -Be '11111111-2222-4333-8444-555555555555'
        (Get-MgUser -UserId ada@contoso.com).Id | Should -Be 'aaaaaaaa-1111-4222-8333-444444444444'
        (Get-MgGroup -Filter "displayName eq 'Staff'").Id | Should -Be 'cccccccc-1111-4222-8333-444444444444'
    }

    It 'starts the clock where it is told' {
        ([datetime]$made.Clock).ToUniversalTime().Date | Should -Be ([datetime]::new(2026, 11, 25))
    }

    It 'gives units in all four states, and the plans of the product table' {
        $product = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ SPE_E5
        $product.SkuId | Should -Be '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
        $product.PrepaidUnits.Enabled, $product.PrepaidUnits.Warning, $product.PrepaidUnits.Suspended, $product.PrepaidUnits.LockedOut | Should -Be 10, 2, 3, 4
        $product.ServicePlans | Should -HaveCount 86
        $product.ConsumedUnits | Should -Be 1
        (Get-MgSubscribedSku -All).SkuPartNumber | Should -Contain 'EMSPREMIUM'
    }

    It 'gives users the properties of licensing work' {
        $ada = Get-MgUser -UserId ada@contoso.com -Property DisplayName, UsageLocation, OnPremisesSyncEnabled, UserType, SignInActivity, AssignedLicenses
        $ada.DisplayName | Should -Be 'Ada'
        $ada.UsageLocation | Should -Be 'GB'
        $ada.OnPremisesSyncEnabled | Should -BeTrue
        $ada.UserType | Should -Be 'Member'
        $ada.SignInActivity.LastSignInDateTime.ToUniversalTime() | Should -Be ([datetime]::new(2026, 10, 1, 8, 0, 0))
        # The other one comes through her group.
        $direct = @($ada.AssignedLicenses | Where-Object SkuId -EQ '06ebc4ee-1bb5-47dd-8120-11324bc54e06')
        $direct | Should -HaveCount 1
        $direct[0].DisabledPlans | Should -Be 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    }

    It 'gives subscriptions with their end' {
        $subscription = Get-MgDirectorySubscription
        $subscription.SkuPartNumber | Should -Be 'SPE_E5'
        $subscription.TotalLicenses | Should -Be 10
        $subscription.Status | Should -Be 'Enabled'
        $subscription.NextLifecycleDateTime.ToUniversalTime() | Should -Be ([datetime]::new(2027, 1, 31))
    }

    It 'gives groups with their members and their licences' {
        $group = Get-MgGroup -GroupId cccccccc-1111-4222-8333-444444444444 -Property DisplayName, AssignedLicenses
        $group.AssignedLicenses.SkuId | Should -Be 'b05e124f-c7cc-45a0-a6aa-8cf78c946968'
        (Get-MgGroupMember -GroupId cccccccc-1111-4222-8333-444444444444).Id | Should -Be 'aaaaaaaa-1111-4222-8333-444444444444'
    }
}

Describe 'A seed with a fault' {
    It 'is refused whole for <Name>, with the place <Place>' -ForEach @(
        @{ Name = 'two users of one principal name'; Place = '$.users[1].userPrincipalName'; Seed = '{"version":1,"users":[{"userPrincipalName":"ada@contoso.com"},{"userPrincipalName":"ADA@contoso.com"}]}' }
        @{ Name = 'two users of one id'; Place = '$.users[1].id'; Seed = '{"version":1,"users":[{"id":"aaaaaaaa-1111-4222-8333-444444444444","userPrincipalName":"a@contoso.com"},{"id":"AAAAAAAA-1111-4222-8333-444444444444","userPrincipalName":"b@contoso.com"}]}' }
        @{ Name = 'an id that is none'; Place = '$.users[0].id'; Seed = '{"version":1,"users":[{"id":"7","userPrincipalName":"a@contoso.com"}]}' }
        @{ Name = 'an unknown product'; Place = '$.subscribedSkus[0].skuPartNumber'; Seed = '{"version":1,"subscribedSkus":[{"skuPartNumber":"SPE_E9","prepaidUnits":{"enabled":1}}],"users":[]}' }
        @{ Name = 'a user with an unknown product'; Place = '$.users[0].assignedLicenses[0].skuPartNumber'; Seed = '{"version":1,"users":[{"userPrincipalName":"a@contoso.com","assignedLicenses":[{"skuPartNumber":"SPE_E9"}]}]}' }
        @{ Name = 'a plan that is not in the product'; Place = '$.users[0].assignedLicenses[0].disabledPlans[1]'; Seed = '{"version":1,"subscribedSkus":[{"skuPartNumber":"SPE_E5","prepaidUnits":{"enabled":1}}],"users":[{"userPrincipalName":"a@contoso.com","usageLocation":"GB","assignedLicenses":[{"skuPartNumber":"SPE_E5","disabledPlans":["SWAY","NOPLAN"]}]}]}' }
        @{ Name = 'fewer than no seats'; Place = '$.subscribedSkus[0].prepaidUnits.enabled'; Seed = '{"version":1,"subscribedSkus":[{"skuPartNumber":"SPE_E5","prepaidUnits":{"enabled":-1}}],"users":[]}' }
        @{ Name = 'seats that are no number'; Place = '$.subscribedSkus[0].prepaidUnits.warning'; Seed = '{"version":1,"subscribedSkus":[{"skuPartNumber":"SPE_E5","prepaidUnits":{"enabled":1,"warning":"2"}}],"users":[]}' }
        @{ Name = 'an unknown key'; Place = '$.userz'; Seed = '{"version":1,"users":[],"userz":[]}' }
        @{ Name = 'an unknown key further in'; Place = '$.subscribedSkus[0].prepaidUnits.enable'; Seed = '{"version":1,"subscribedSkus":[{"skuPartNumber":"SPE_E5","prepaidUnits":{"enable":1}}],"users":[]}' }
        @{ Name = 'a version of the future'; Place = '$.version'; Seed = '{"version":2,"users":[]}' }
        @{ Name = 'no users'; Place = '$'; Seed = '{"version":1}' }
        @{ Name = 'users that are no list'; Place = '$.users'; Seed = '{"version":1,"users":{"ada":{}}}' }
        @{ Name = 'a user without a principal name'; Place = '$.users[0]'; Seed = '{"version":1,"users":[{"displayName":"Ada"}]}' }
        @{ Name = 'a member nobody knows'; Place = '$.groups[0].members[0]'; Seed = '{"version":1,"users":[],"groups":[{"displayName":"g","members":["nobody@contoso.com"]}]}' }
        @{ Name = 'a rule about no plan'; Place = '$.rules.dependencies[0].plan'; Seed = '{"version":1,"users":[],"rules":{"dependencies":[{"plan":"NOPLAN","needsAnyOf":["TEAMS1"]}]}}' }
        @{ Name = 'an unknown setting'; Place = '$.settings.lag.indexSecond'; Seed = '{"version":1,"users":[],"settings":{"lag":{"indexSecond":3}}}' }
        @{ Name = 'a time that is none'; Place = '$.clock'; Seed = '{"version":1,"clock":"yesterday","users":[]}' }
    ) {
        $path = New-TestPath
        $problem = Get-Problem { New-MgLocalTenant -Path $path -Seed (New-TestSeedFile $Seed) }

        $problem.Exception.Message | Should -Match ([regex]::Escape($Place) + '(?![\w\[])')
        Get-ChildItem -Path "$path*" | Should -BeNullOrEmpty
    }

    It 'is refused where it is <Name>, and the file is named' -ForEach @(
        @{ Name = 'cut off'; Seed = '{"version":1,"users":[{"userPrincipalName":"a@contoso.com"' }
        @{ Name = 'not JSON'; Seed = 'users: none' }
        @{ Name = 'empty'; Seed = '' }
        @{ Name = 'a list'; Seed = '[1]' }
    ) {
        $path = New-TestPath
        $seedPath = New-TestSeedFile $Seed
        (Get-Problem { New-MgLocalTenant -Path $path -Seed $seedPath }).Exception.Message | Should -Match ([regex]::Escape($seedPath))
        $path | Should -Not -Exist
    }

    It 'is refused where the file is not there' {
        $path = New-TestPath
        (Get-Problem { New-MgLocalTenant -Path $path -Seed "$path.json" }).Exception.Message | Should -Match ([regex]::Escape("$path.json"))
        $path | Should -Not -Exist
    }

    It 'leaves the tenant that -Force was to replace' {
        $path = New-TestTenant (Get-CompanySeed)
        $null = Get-Problem { New-MgLocalTenant -Path $path -Seed (New-TestSeedFile '{"version": 1, "users": 3}') -Force -Confirm:$false }
        (Get-MgLocalTenant $path).Users | Should -Be 6
    }
}
